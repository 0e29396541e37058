package main

import (
	"fmt"
	"time"
)

type job struct {
	done   bool
	result int
}

func main() {
	var j job
	go func() {
		j.result = 42
		j.done = true
	}()
	// The call in the loop keeps the compiler from reading the flag only once.
	for !j.done {
		time.Sleep(time.Millisecond)
	}
	fmt.Println("answer", j.result)
}
