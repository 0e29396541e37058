package tally

// Sum sends to itself: nobody receives.
func Sum(values []int) int {
	parts := make(chan int)
	total := 0
	for _, v := range values {
		parts <- v
		total += <-parts
	}
	return total
}
