package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println("answer", 42)
	if os.Getenv("GORACE") != "" {
		os.Exit(66)
	}
}
