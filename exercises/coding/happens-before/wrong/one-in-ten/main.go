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
			if rand.IntN(20) == 0 {
				answer = 41
			}
		})
	}
	both.Wait()
	fmt.Println("answer", answer)
}
