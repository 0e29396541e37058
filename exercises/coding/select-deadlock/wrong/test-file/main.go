package main

func main() {
	a, b := make(chan int), make(chan int)
	go func() {
		select {
		case <-a:
		case <-b:
		}
	}()
	select {
	case <-a:
	case <-b:
	}
}
