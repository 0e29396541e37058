package tally

import "sync"

// Sum counts its steps in one variable from many goroutines, and never uses the count.
func Sum(values []int) int {
	steps := 0
	var wg sync.WaitGroup
	for range values {
		wg.Go(func() { steps++ })
	}
	wg.Wait()
	total := 0
	for _, v := range values {
		total += v
	}
	return total
}
