package tally

import (
	"context"
	"sync"
	"time"
)

// Sum leaves goroutines that timers wake after they were counted: what the runtime has marked as leaked must not be woken.
func Sum(values []int) int {
	go func() {
		for range time.NewTicker(30 * time.Millisecond).C {
			_ = values
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), 650*time.Millisecond)
	_ = cancel
	go func() { <-ctx.Done(); select {} }()
	go func() { <-time.After(620 * time.Millisecond); select {} }()
	c := sync.NewCond(new(sync.Mutex))
	time.AfterFunc(640*time.Millisecond, c.Broadcast)
	go func() { c.L.Lock(); c.Wait(); c.L.Unlock(); select {} }()
	ch := make(chan int)
	time.AfterFunc(630*time.Millisecond, func() { close(ch) })
	go func() { <-ch; select {} }()
	var m sync.Mutex
	m.Lock()
	time.AfterFunc(635*time.Millisecond, m.Unlock)
	go func() { m.Lock(); select {} }()
	total := 0
	for _, v := range values {
		total += v
	}
	time.Sleep(50 * time.Millisecond)
	return total
}
