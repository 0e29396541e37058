package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	sum := 0
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			old := sum
			time.Sleep(5 * time.Millisecond)
			sum = old + 21
		})
	}
	both.Wait()
	fmt.Println("answer", sum)
}
