package main

import (
	"sync"
	"time"
)

func main() {
	a, b := make(chan int), make(chan int)
	var peers sync.WaitGroup
	for _, own := range []chan int{a, b} {
		peers.Go(func() {
			select {
			case own <- 1:
			case <-time.After(time.Hour):
			}
		})
	}
	peers.Wait()
}
