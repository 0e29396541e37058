package main

import "fmt"

func main() {
	answer := 0
	ready := make(chan struct{})
	go func() {
		answer = 42
		<-ready
	}()
	ready <- struct{}{}
	fmt.Println("answer", answer)
}
