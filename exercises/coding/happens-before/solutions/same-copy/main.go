package main

import (
	"fmt"
	"sync"
)

func main() {
	answer := make([]byte, 2)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { copy(answer, "42") })
	}
	both.Wait()
	fmt.Println("answer", string(answer))
}
