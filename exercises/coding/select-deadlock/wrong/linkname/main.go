package main

import _ "unsafe"

//go:linkname fatal runtime.fatal
func fatal(s string)

func main() {
	fatal("all goroutines are asleep - deadlock!")
}
