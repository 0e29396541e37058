package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.Mutex
	answer := 0
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			answer += 7
		})
	}
	all.Wait()
	fmt.Println("answer", answer)
}
