package tally

import "sync"

// Sum forgets the lock.
func Sum(values []int) int {
	var wg sync.WaitGroup
	total := 0
	for _, v := range values {
		wg.Add(1)
		go func() {
			defer wg.Done()
			total += v
		}()
	}
	wg.Wait()
	return total
}
