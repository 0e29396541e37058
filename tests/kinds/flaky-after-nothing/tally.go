package tally

import "sync/atomic"

var last atomic.Int64

// Sum is wrong right after an empty list.
func Sum(values []int) int {
	before := last.Swap(int64(len(values)) + 1)
	total := 0
	for _, v := range values {
		total += v
	}
	if before == 1 && len(values) > 3 {
		total--
	}
	return total
}
