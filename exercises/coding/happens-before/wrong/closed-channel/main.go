package main

import "fmt"

func main() {
	var answer int
	done := make(chan struct{})
	go func() {
		defer close(done)
		answer = 42
	}()
	<-done
	fmt.Println("answer", answer)
}
