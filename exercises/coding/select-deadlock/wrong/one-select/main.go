package main

func main() {
	jobs, quit := make(chan int), make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case n := <-jobs:
			_ = n
		case <-quit:
		}
	}()
	<-done
}
