package main

import (
	"fmt"
	"io"
)

// greet sends its greeting and then reads the peer's. Over a network the kernel's buffers would hide the mistake.
func greet(in io.Reader, out io.Writer) error {
	if _, err := fmt.Fprintln(out, "hello"); err != nil {
		return err
	}
	_, err := fmt.Fscanln(in, new(string))
	return err
}

func main() {
	fromA, toB := io.Pipe()
	fromB, toA := io.Pipe()
	go greet(fromA, toA)
	if err := greet(fromB, toB); err != nil {
		panic(err)
	}
}
