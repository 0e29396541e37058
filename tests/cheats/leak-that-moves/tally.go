package tally

import "time"

// relay is never the same goroutine for long.
func relay() {
	time.Sleep(3 * time.Millisecond)
	go relay()
}

// Sum is right and leaves a goroutine that goes and comes.
func Sum(values []int) int {
	total := 0
	for _, v := range values {
		total += v
	}
	go relay()
	return total
}
