package main

import (
	"fmt"
	"sync"
)

func main() {
	results := make(chan int)
	quit := make(chan struct{})

	var producers sync.WaitGroup
	for shard := range 2 {
		producers.Go(func() {
			select {
			case results <- shard:
			case <-quit:
			}
		})
	}

	// The reader lost interest before it read, and forgot to close quit.
	producers.Wait()
	fmt.Println("never printed")
}
