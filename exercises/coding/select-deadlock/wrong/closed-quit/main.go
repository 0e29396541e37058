package main

import "sync"

func main() {
	quit := make(chan struct{})
	results := make(chan int)
	var peers sync.WaitGroup
	for n := range 2 {
		peers.Go(func() {
			select {
			case results <- n:
			case <-quit:
			}
		})
	}
	func() {
		defer close(quit)
	}()
	peers.Wait()
}
