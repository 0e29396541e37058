package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var answer int64
	var all sync.WaitGroup
	for n := range int64(6) {
		all.Go(func() {
			if answer > 100 {
				return // "cannot happen", so it is not worth a Load
			}
			atomic.AddInt64(&answer, 2*n+2)
		})
	}
	all.Wait()
	fmt.Println("answer", answer)
}
