package main

import (
	"fmt"
	"sync"
)

func main() {
	answer := 0
	var all sync.WaitGroup
	all.Add(3)
	for range 2 {
		go func() {
			defer all.Done()
			answer = 42
		}()
	}
	all.Wait()
	fmt.Println("answer", answer)
}
