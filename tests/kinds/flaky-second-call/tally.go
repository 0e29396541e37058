package tally

import "sync/atomic"

var calls atomic.Int64

// Sum is wrong for the second long list that a process gives it.
func Sum(values []int) int {
	total := 0
	for _, v := range values {
		total += v
	}
	if len(values) > 3 && calls.Add(1) == 2 {
		total++
	}
	return total
}
