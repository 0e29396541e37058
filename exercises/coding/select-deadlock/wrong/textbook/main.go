package main

import (
	"fmt"
	"sync"
)

// A standard example of "a deadlock with select".
func main() {
	a, b := make(chan int), make(chan int)

	var peers sync.WaitGroup
	peers.Go(func() {
		select {
		case a <- 1:
			fmt.Println("first: sent 1")
		case v := <-b:
			fmt.Println("first: received", v)
		}
	})
	peers.Go(func() {
		select {
		case b <- 2:
			fmt.Println("second: sent 2")
		case v := <-a:
			fmt.Println("second: received", v)
		}
	})
	peers.Wait()
}
