package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

func main() {
	var answer, ready atomic.Int64
	go func() {
		answer.Store(42)
		ready.Store(1)
	}()
	for ready.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	fmt.Println("answer", answer.Load())
}
