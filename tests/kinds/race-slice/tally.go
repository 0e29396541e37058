package tally

import "sync"

// Sum appends to one slice from many goroutines, and looks only at the values.
func Sum(values []int) int {
	var seen []int
	var wg sync.WaitGroup
	for _, v := range values {
		wg.Go(func() { seen = append(seen, v) })
	}
	wg.Wait()
	total := 0
	for _, v := range values {
		total += v
	}
	return total
}
