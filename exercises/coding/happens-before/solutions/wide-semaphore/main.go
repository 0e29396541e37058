package main

import (
	"fmt"
	"sync"
)

func main() {
	slots := make(chan int, 2)
	best := 42

	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			slots <- 1
			defer func() { <-slots }()
			if offer := 42; offer >= best {
				best = offer
			}
		})
	}
	all.Wait()
	fmt.Println("answer", best)
}
