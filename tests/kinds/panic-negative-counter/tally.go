package tally

import "sync"

// Sum is done more often than it began.
func Sum(values []int) int {
	var wg sync.WaitGroup
	total := 0
	for _, v := range values {
		total += v
	}
	wg.Done()
	wg.Wait()
	return total
}
