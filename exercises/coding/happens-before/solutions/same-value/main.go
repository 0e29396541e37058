package main

import (
	"fmt"
	"sync"
)

var answer int

func main() {
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { answer = 6 * 7 })
	}
	both.Wait()
	fmt.Println("answer", answer)
}
