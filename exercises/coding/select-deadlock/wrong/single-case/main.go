package main

func main() {
	a, b := make(chan int), make(chan int)
	go func() {
		select {
		case a <- 1:
		}
		<-b
	}()
	go func() {
		select {
		case b <- 2:
		}
		<-a
	}()
	select {
	case <-make(chan struct{}):
	}
}
