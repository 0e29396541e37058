package main

func deadlock() {
	a, b := make(chan int), make(chan int)
	select {
	case <-a:
	case <-b:
	}
}

func init() {
	_ = deadlock
}
