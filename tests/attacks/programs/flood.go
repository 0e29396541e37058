package main

import (
	"os"
	"strings"
)

func main() {
	block := strings.Repeat("x", 1<<16)
	for {
		os.Stderr.WriteString(block)
	}
}
