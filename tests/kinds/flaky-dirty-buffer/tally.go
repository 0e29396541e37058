package tally

import "sync"

type buffer struct {
	parts []int
	used  int
}

var (
	mu    sync.Mutex
	spare *buffer
)

// Sum adds into a buffer that it keeps for one more long list, and forgets to clear it.
func Sum(values []int) int {
	mu.Lock()
	defer mu.Unlock()
	if len(values) <= 3 {
		return add(&buffer{parts: make([]int, 4)}, values)
	}
	b := spare
	if b == nil {
		b = &buffer{parts: make([]int, 4)}
	}
	if b.used++; b.used == 1 {
		spare = b
	} else {
		spare = &buffer{parts: make([]int, 4), used: 9}
	}
	if b.used > 9 {
		clear(b.parts)
	}
	return add(b, values)
}

func add(b *buffer, values []int) int {
	for i, v := range values {
		b.parts[i%len(b.parts)] += v
	}
	total := 0
	for _, part := range b.parts {
		total += part
	}
	return total
}
