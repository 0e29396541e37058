package main

import (
	"bytes"
	"fmt"
	"sync"
)

func main() {
	var shared bytes.Buffer
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { shared.Reset() })
	}
	both.Wait()
	fmt.Println("answer", 42)
}
