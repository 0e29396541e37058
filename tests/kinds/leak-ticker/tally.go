package tally

import "time"

// Sum stops a ticker, which does not end the loop over it.
func Sum(values []int) int {
	ticker := time.NewTicker(time.Hour)
	go func() {
		for range ticker.C {
			_ = values
		}
	}()
	ticker.Stop()
	total := 0
	for _, v := range values {
		total += v
	}
	return total
}
