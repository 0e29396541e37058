package tally

import "iter"

// Sum is right and leaves its iterator unstopped, a coroutine for each call.
func Sum(values []int) int {
	next, _ := iter.Pull(func(yield func(int) bool) {
		for _, v := range values {
			if !yield(v) {
				return
			}
		}
		yield(0)
	})
	total := 0
	for range values {
		v, _ := next()
		total += v
	}
	return total
}
