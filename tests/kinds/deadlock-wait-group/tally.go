package tally

import (
	"sync"
	"sync/atomic"
)

// Sum waits for a goroutine that never says that it is done.
func Sum(values []int) int {
	var total atomic.Int64
	var wg sync.WaitGroup
	for _, v := range values {
		wg.Add(1)
		go func() {
			if total.Add(int64(v)); v != 2 {
				wg.Done()
			}
		}()
	}
	wg.Wait()
	return int(total.Load())
}
