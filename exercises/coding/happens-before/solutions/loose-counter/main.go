package main

import (
	"fmt"
	"sync"
	"time"
)

type tally struct {
	mu    sync.Mutex
	sum   int
	calls int
}

func (t *tally) add(n int) {
	t.calls++
	t.mu.Lock()
	defer t.mu.Unlock()
	sum := t.sum
	time.Sleep(time.Microsecond) // the lock is there for a reason
	t.sum = sum + n
}

func main() {
	var t tally
	var all sync.WaitGroup
	for n := range 6 {
		all.Go(func() { t.add(2*n + 2) })
	}
	all.Wait()
	fmt.Println("answer", t.sum)
}
