package main

import (
	"fmt"
	"sync"
)

func main() {
	var answer *int
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { answer = nil })
	}
	both.Wait()
	fmt.Println("answer", 42)
	fmt.Println(*answer)
}
