package tally

// Sum sends on a channel that it has closed.
func Sum(values []int) int {
	parts := make(chan int, 2)
	for i, v := range values {
		if i > 0 {
			close(parts)
		}
		parts <- v
		<-parts
	}
	return 0
}
