package tally

import "sync"

// Sum takes a lock that it holds.
func Sum(values []int) int {
	var mu sync.Mutex
	total := 0
	add := func(v int) {
		mu.Lock()
		defer mu.Unlock()
		total += v
	}
	mu.Lock()
	defer mu.Unlock()
	for _, v := range values {
		add(v)
	}
	return total
}
