package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

func main() {
	answer := 0
	var ready atomic.Bool
	go func() {
		answer = 42
		ready.Store(true)
	}()
	for !ready.Load() {
		time.Sleep(time.Millisecond)
	}
	fmt.Println("answer", answer)
}
