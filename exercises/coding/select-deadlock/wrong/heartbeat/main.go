package main

import "time"

func main() {
	a, b, quit := make(chan int), make(chan int), make(chan struct{})
	go func() {
		select {
		case a <- 1:
		case <-quit:
		}
	}()
	go func() {
		select {
		case b <- 2:
		case <-quit:
		}
	}()
	for range time.Tick(200 * time.Millisecond) {
		// Still alive.
	}
}
