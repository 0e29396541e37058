package main

import (
	"context"
	"sync"
	"time"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	a, b := make(chan int), make(chan int)
	var peers sync.WaitGroup
	for _, own := range []chan int{a, b} {
		peers.Go(func() {
			select {
			case own <- 1:
			case <-ctx.Done():
			}
		})
	}
	peers.Wait()
}
