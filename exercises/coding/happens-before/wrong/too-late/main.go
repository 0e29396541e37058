package main

import (
	"fmt"
	"time"
)

func main() {
	answer := 42
	go func() {
		time.Sleep(3 * time.Second)
		answer = 0
	}()
	fmt.Println("answer", answer)
}
