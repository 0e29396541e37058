// run keeps its slot if the context ended while it waited for the slot: who comes later waits for ever.
package main

import (
	"context"
	"sync"
)

type limiter struct {
	slots chan struct{}
}

// run calls task when a slot is free, unless ctx has ended by then.
func (l *limiter) run(ctx context.Context, task func()) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.slots <- struct{}{}
	if err := ctx.Err(); err != nil {
		return err
	}
	defer func() { <-l.slots }()
	task()
	return nil
}

func main() {
	l := limiter{slots: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { l.run(ctx, func() {}) })
	}
	cancel()
	wg.Wait()
	l.run(context.Background(), func() {})
}
