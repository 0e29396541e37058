package tally

import "time"

// Sum waits for ever while a goroutine beside it looks at the clock.
func Sum(values []int) int {
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(200 * time.Millisecond):
			}
		}
	}()
	var never chan int
	return <-never
}
