package main

import (
	"fmt"
	"sync"
	"time"
)

type entry struct {
	value   int
	touched time.Time
}

type cache struct {
	mu      sync.RWMutex
	entries map[string]*entry
}

func (c *cache) get(key string) (int, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	e, ok := c.entries[key]
	if !ok {
		return 0, false
	}
	e.touched = time.Now()
	return e.value, true
}

func main() {
	c := cache{entries: map[string]*entry{"answer": {value: 42}}}
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() { c.get("answer") })
	}
	readers.Wait()
	v, _ := c.get("answer")
	fmt.Println("answer", v)
}
