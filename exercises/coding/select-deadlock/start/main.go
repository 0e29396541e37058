package main

import (
	"fmt"
	"sync"
)

// You will find this program in many places as "a deadlock with select". Run it before you believe it; then change it.
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
