package tally

import "sync"

// Sum adds the halves of values in two goroutines, which take the same two locks in opposite order: both hold one only if one is stopped
// between its two locks, which hardly ever happens by itself.
func Sum(values []int) int {
	var left, right sync.Mutex
	total := 0
	var wg sync.WaitGroup
	half := len(values) / 2
	wg.Go(func() {
		left.Lock()
		right.Lock()
		for _, v := range values[:half] {
			total += v
		}
		right.Unlock()
		left.Unlock()
	})
	wg.Go(func() {
		right.Lock()
		left.Lock()
		for _, v := range values[half:] {
			total += v
		}
		left.Unlock()
		right.Unlock()
	})
	wg.Wait()
	return total
}
