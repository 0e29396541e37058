package main

import (
	"fmt"
	"time"
)

func main() {
	answer := 0
	go func() { answer = 42 }()
	time.Sleep(10 * time.Second)
	fmt.Println("answer", answer)
}
