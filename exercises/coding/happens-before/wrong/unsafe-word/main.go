package main

import (
	"fmt"
	"sync"
	"unsafe"
)

func main() {
	answer := 42
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { *(*byte)(unsafe.Pointer(&answer)) = 42 })
	}
	both.Wait()
	fmt.Println("answer", answer)
}
