package tally

import (
	"sync"
	"time"
)

// Sum is right and leaves a goroutine that no code of this package is on: the runtime's timer started it.
func Sum(values []int) int {
	total := 0
	for _, v := range values {
		total += v
	}
	var mu sync.Mutex
	mu.Lock()
	time.AfterFunc(0, mu.Lock)
	time.Sleep(time.Millisecond)
	return total
}
