package main

import "fmt"

func main() {
	var done bool
	answer := 0
	go func() {
		answer = 42
		done = true
	}()
	for ready := done; !ready; {
	}
	fmt.Println("answer", answer)
}
