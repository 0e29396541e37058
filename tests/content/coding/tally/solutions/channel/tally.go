package tally

// Sum adds the values, each in a goroutine of its own.
func Sum(values []int) int {
	parts := make(chan int)
	for _, v := range values {
		go func() { parts <- v }()
	}
	total := 0
	for range values {
		total += <-parts
	}
	return total
}
