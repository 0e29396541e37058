package tally

// Sum starts a goroutine that nobody ends.
func Sum(values []int) int {
	done := make(chan bool)
	go func() { <-done }()
	total := 0
	for _, v := range values {
		total += v
	}
	return total
}
