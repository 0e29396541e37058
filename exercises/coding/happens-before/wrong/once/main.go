package main

import (
	"fmt"
	"sync"
)

var (
	once   sync.Once
	answer int
)

func get() int {
	once.Do(func() { answer = 42 })
	return answer
}

func main() {
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { get() })
	}
	all.Wait()
	fmt.Println("answer", get())
}
