package main

import (
	"fmt"
	"sync"
)

func main() {
	answer := 0
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { answer = 42 })
	}
	both.Wait()
	fmt.Printf("Answer: %d\n", answer)
}
