package main

import "sync"

func main() {
	a, b := make(chan int), make(chan int)

	var peers sync.WaitGroup
	peer := func(own chan<- int, other <-chan int) {
		select {
		case own <- 1:
		case <-other:
		}
	}
	peers.Go(func() { peer(a, b) })
	peers.Go(func() { peer(b, a) })
	peers.Go(func() { peer(a, b) })
	peers.Wait()
}
