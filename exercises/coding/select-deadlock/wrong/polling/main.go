package main

import "time"

func peer(own chan<- int, quit <-chan struct{}) {
	for {
		select {
		case own <- 1:
			return
		case <-quit:
			return
		default:
			time.Sleep(time.Millisecond)
		}
	}
}

func main() {
	a, b, quit := make(chan int), make(chan int), make(chan struct{})
	go peer(a, quit)
	peer(b, quit)
}
