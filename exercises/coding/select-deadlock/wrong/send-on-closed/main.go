package main

func main() {
	results, quit := make(chan int), make(chan struct{})
	go func() {
		select {
		case <-quit:
		case <-make(chan int):
		}
	}()
	close(results)
	select {
	case results <- 1:
	case <-quit:
	}
}
