package tally

// Sum takes the first of two answers, and the second is never received.
func Sum(values []int) int {
	totals := make(chan int)
	for range 2 {
		go func() {
			total := 0
			for _, v := range values {
				total += v
			}
			totals <- total
		}()
	}
	return <-totals
}
