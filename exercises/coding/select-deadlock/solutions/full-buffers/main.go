package main

import "fmt"

// A stage turns each message into two for its peer: the loop amplifies until both queues are full.
func stage(in <-chan int, out chan<- int, done <-chan struct{}) {
	for {
		select {
		case n := <-in:
			for range 2 {
				select {
				case out <- n + 1:
				case <-done:
					return
				}
			}
		case <-done:
			return
		}
	}
}

func main() {
	done := make(chan struct{})
	left, right := make(chan int, 3), make(chan int, 3)
	left <- 0
	go stage(left, right, done)
	go stage(right, left, done)
	<-done
	fmt.Println("never printed")
}
