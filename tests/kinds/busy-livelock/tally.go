package tally

import "sync"

// Sum has two goroutines that give way to each other for ever.
func Sum(values []int) int {
	var left, right sync.Mutex
	left.Lock()
	right.Lock()
	var wg sync.WaitGroup
	both := func(a, b *sync.Mutex) {
		for !a.TryLock() || !b.TryLock() {
		}
	}
	wg.Go(func() { both(&left, &right) })
	wg.Go(func() { both(&right, &left) })
	wg.Wait()
	return 0
}
