package tally

// Sum starts goroutines without end.
func Sum(values []int) int {
	block := make(chan int)
	for {
		go func() { <-block }()
	}
}
