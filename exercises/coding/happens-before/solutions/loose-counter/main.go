package main

import (
	"fmt"
	"sync"
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
	t.sum += n
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
