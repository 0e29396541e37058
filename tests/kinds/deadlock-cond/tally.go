package tally

import "sync"

// Sum waits for a signal that nobody gives.
func Sum(values []int) int {
	var mu sync.Mutex
	ready := sync.NewCond(&mu)
	total, left := 0, len(values)
	for _, v := range values {
		go func() {
			mu.Lock()
			defer mu.Unlock()
			total += v
			left--
		}()
	}
	mu.Lock()
	defer mu.Unlock()
	for left > 0 {
		ready.Wait()
	}
	return total
}
