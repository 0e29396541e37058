package main

import (
	"fmt"
	"math/rand/v2"
	"sync"
)

func main() {
	answer := 42
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if rand.Int64N(1_000_000_000) == 0 {
				answer = 42
			}
		})
	}
	both.Wait()
	fmt.Println("answer", answer)
}
