package tally

import "sync"

// Sum leaves a goroutine at a lock that nobody gives back.
func Sum(values []int) int {
	var mu sync.Mutex
	mu.Lock()
	go func() {
		mu.Lock()
		defer mu.Unlock()
	}()
	total := 0
	for _, v := range values {
		total += v
	}
	return total
}
