package main

import (
	"fmt"
	"time"
)

func main() {
	quit := make(chan struct{})
	for range 2 {
		go func() {
			time.Sleep(time.Hour)
			select {
			case <-quit:
			case quit <- struct{}{}:
			}
		}()
	}
	fmt.Println("every goroutine is blocked now")
	time.Sleep(time.Hour)
}
