package tally

import "time"

// Sum polls for what never comes.
func Sum(values []int) int {
	done := false
	for !done {
		time.Sleep(10 * time.Millisecond)
	}
	return 0
}
