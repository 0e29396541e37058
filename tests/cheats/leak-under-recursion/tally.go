package tally

import (
	"sort"
	"sync"
	"time"
)

// deep sorts itself once more in each comparison, so that a stack dump leaves the middle out.
type deep struct {
	sort.Interface
	left int
	stop *sync.Mutex
}

// Len is two.
func (d deep) Len() int { return 2 }

// Swap does nothing.
func (d deep) Swap(i, j int) {}

// Less goes down, and at the bottom waits for ever.
func (d deep) Less(i, j int) bool {
	if d.left == 0 {
		d.stop.Lock()
	}
	sort.Sort(deep{d.Interface, d.left - 1, d.stop})
	return false
}

// Sum is right and leaves a goroutine with a very deep stack.
func Sum(values []int) int {
	total := 0
	for _, v := range values {
		total += v
	}
	mu := new(sync.Mutex)
	mu.Lock()
	time.AfterFunc(0, func() { sort.Sort(deep{nil, 200, mu}) })
	time.Sleep(time.Millisecond)
	return total
}
