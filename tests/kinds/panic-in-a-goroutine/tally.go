package tally

import "sync"

// Sum reads behind the end in a goroutine of its own.
func Sum(values []int) int {
	var wg sync.WaitGroup
	total := 0
	wg.Go(func() {
		for i := range len(values) + 1 {
			total += values[i]
		}
	})
	wg.Wait()
	return total
}
