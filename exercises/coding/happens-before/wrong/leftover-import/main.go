package main

import (
	"fmt"
	"time"
)

func main() {
	fmt.Println("answer", 42)
}
