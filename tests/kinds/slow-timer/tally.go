package tally

import "time"

// Sum waits for a timer with each value.
func Sum(values []int) int {
	total := 0
	for _, v := range values {
		<-time.After(20 * time.Second)
		total += v
	}
	return total
}
