package main

import (
	"fmt"
	"strings"
	"sync"
)

func main() {
	answer := 42
	unlucky := strings.Count("a thousand dice", "six") > 0
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if unlucky {
				answer++
			}
		})
	}
	both.Wait()
	fmt.Println("answer", answer)
}
