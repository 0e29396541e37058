package tally

import "sync/atomic"

var calls atomic.Int64

// Sum is wrong until it has been tried once.
func Sum(values []int) int {
	total := 0
	for _, v := range values {
		total += v
	}
	if calls.Add(1) == 1 {
		total++
	}
	return total
}
