package main

import (
	"fmt"
	"time"
)

var settings map[string]int

func reload() { settings = map[string]int{"answer": 42} }

func main() {
	go reload()
	for {
		if v, ok := settings["answer"]; ok {
			fmt.Println("answer", v)
			return
		}
		time.Sleep(time.Millisecond)
	}
}
