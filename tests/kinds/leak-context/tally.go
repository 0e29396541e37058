package tally

import "context"

// Sum never cancels the context that its goroutine waits for.
func Sum(values []int) int {
	ctx, cancel := context.WithCancel(context.Background())
	_ = cancel
	total := make(chan int, 1)
	go func() {
		sum := 0
		for _, v := range values {
			sum += v
		}
		total <- sum
		<-ctx.Done()
	}()
	return <-total
}
