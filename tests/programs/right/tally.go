package tally

import "sync"

// Sum adds the values, each in a goroutine of its own.
func Sum(values []int) int {
	var mu sync.Mutex
	var wg sync.WaitGroup
	total := 0
	for _, v := range values {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			total += v
		}()
	}
	wg.Wait()
	return total
}
