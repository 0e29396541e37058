package main

import (
	"fmt"
	"sync"
)

var answer int

//go:norace
func set() { answer = 42 }

func main() {
	var both sync.WaitGroup
	for range 2 {
		both.Go(set)
	}
	both.Wait()
	fmt.Println("answer", answer)
}
