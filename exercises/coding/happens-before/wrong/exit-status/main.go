package main

import (
	"errors"
	"fmt"
	"sync"
)

func main() {
	answer := 0
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { answer = 42 })
	}
	both.Wait()
	fmt.Println("answer", answer)
	panic(errors.New("exit 66"))
}
