package main

import (
	"fmt"
	"sync"
)

func main() {
	var pair struct{ tens, ones byte }
	var both sync.WaitGroup
	both.Go(func() { pair.tens = 4 })
	both.Go(func() { pair.ones = 2 })
	both.Wait()
	fmt.Println("answer", pair.tens*10+pair.ones)
}
