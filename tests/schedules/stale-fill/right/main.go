// get fills the cache only if no update came since it began to read: an old price is not kept.
package main

import (
	"fmt"
	"sync"
)

type database struct {
	mu    sync.RWMutex
	price int
}

func (d *database) read() int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.price
}

func (d *database) write(price int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.price = price
}

type cache struct {
	db      *database
	mu      sync.Mutex
	filled  bool
	price   int
	updates int
}

func (c *cache) get() int {
	c.mu.Lock()
	if c.filled {
		defer c.mu.Unlock()
		return c.price
	}
	before := c.updates
	c.mu.Unlock()
	price := c.db.read() // not under the lock: a slow read holds up nobody
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.updates == before {
		c.price, c.filled = price, true
	}
	return price
}

func (c *cache) update(price int) {
	c.db.write(price)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.filled = false
	c.updates++
}

func main() {
	c := cache{db: &database{price: 1}}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() { c.get() })
	}
	c.update(2)
	wg.Wait()
	if got := c.get(); got != 2 {
		panic(fmt.Sprintf("the cache says %d after the update to 2", got))
	}
}
