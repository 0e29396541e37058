package tally

// Sum sends to a channel that only it would receive from.
func Sum(values []int) int {
	total := make(chan int)
	total <- 0
	return <-total
}
