package main

import "sync"

func main() {
	var all sync.WaitGroup
	all.Add(3)
	for range 2 {
		go func() {
			defer all.Done()
			select {
			case <-make(chan int):
			default:
			}
		}()
	}
	all.Wait()
}
