package tally

import (
	"sync"
	"time"
)

// Sum looks at a flag that another goroutine sets.
func Sum(values []int) int {
	total, done := 0, false
	var mu sync.Mutex
	go func() {
		for _, v := range values {
			mu.Lock()
			total += v
			mu.Unlock()
		}
		done = true
	}()
	for !done {
		time.Sleep(time.Millisecond)
	}
	return total
}
