package main

import "fmt"

func main() {
	a, b := make(chan int), make(chan int)
	for {
		select {
		case <-a:
		case <-b:
		default:
			fmt.Println("still waiting for a or b, as before")
		}
	}
}
