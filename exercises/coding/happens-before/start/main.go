package main

import "fmt"

// Right in every run, and for a good reason: the message on done comes after the write and before the read.
// Write one that is right in every run without a good reason.
func main() {
	answer := 0
	done := make(chan bool)
	go func() {
		answer = 42
		done <- true
	}()
	<-done
	fmt.Println("answer", answer)
}
