package main

import (
	"fmt"
	"sync"
)

func main() {
	base := make([]int, 0, 8)
	base = append(base, 20, 20)

	sums := make(chan int, 2)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			mine := append(base, 1)
			sum := 0
			for _, n := range mine {
				sum += n
			}
			sums <- sum
		})
	}
	both.Wait()
	fmt.Println("answer", <-sums+<-sums-2*20)
}
