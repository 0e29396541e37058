// Producers and consumers wait at one condition and Broadcast wakes them all: whoever can go on does.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type queue struct {
	mu      sync.Mutex
	changed *sync.Cond
	limit   int
	items   []int
}

func newQueue(limit int) *queue {
	q := &queue{limit: limit}
	q.changed = sync.NewCond(&q.mu)
	return q
}

func (q *queue) put(item int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == q.limit {
		q.changed.Wait()
	}
	q.items = append(q.items, item)
	q.changed.Broadcast()
}

func (q *queue) take() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.changed.Wait()
	}
	item := q.items[0]
	q.items = q.items[1:]
	q.changed.Broadcast()
	return item
}

func main() {
	q := newQueue(1)
	var sum atomic.Int64
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { sum.Add(int64(q.take())) })
	}
	q.put(3)
	q.put(4)
	wg.Wait()
	if got := sum.Load(); got != 7 {
		panic(fmt.Sprintf("the items sum to %d, want 7", got))
	}
}
