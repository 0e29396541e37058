package main

import "fmt"

var bug = func() {}

func main() {
	bug()
	fmt.Println("answer", 42)
}
