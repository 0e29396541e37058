package main

func main() {
	a, b := make(chan int), make(chan int)
	go func() {
		for {
			select {
			case a <- 1:
			case <-make(chan int):
			default:
			}
		}
	}()
	for {
		select {
		case b <- 2:
		case <-make(chan int):
		default:
		}
	}
}
