package main

import "fmt"

func main() {
	answer := 0
	go func() { answer = 42 }()
	fmt.Println("answer", answer)
}
