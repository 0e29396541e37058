package main

import "sync"

func main() {
	var a, b sync.Mutex
	holds := make(chan struct{})
	var both sync.WaitGroup
	both.Go(func() {
		a.Lock()
		holds <- struct{}{}
		b.Lock()
	})
	both.Go(func() {
		b.Lock()
		<-holds
		a.Lock()
	})
	both.Wait()
}
