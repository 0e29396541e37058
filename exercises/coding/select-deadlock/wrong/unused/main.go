package main

func main() {
	a, b := make(chan int), make(chan int)
	select {
	case v := <-a:
	case <-b:
	}
}
