package main

type pair[A, B any] struct {
	a A
	b B
}

func deep[T any](n int, x T) {
	if n > 0 {
		deep(n-1, pair[T, T]{x, x})
	}
}

func main() { deep(1000, 1) }
