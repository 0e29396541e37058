package tally

import "sync/atomic"

// Sum asks again and again for what nobody sets.
func Sum(values []int) int {
	var ready atomic.Bool
	for !ready.Load() {
	}
	return 0
}
