package main

import (
	"fmt"
	"sync"
)

func main() {
	answer := 0
	for range 2 {
		var one sync.WaitGroup
		one.Go(func() { answer += 21 })
		one.Wait()
	}
	fmt.Println("answer", answer)
}
