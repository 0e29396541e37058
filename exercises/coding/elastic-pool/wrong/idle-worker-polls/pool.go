package pool

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

var (
	// ErrClosed is returned once Shutdown has begun.
	ErrClosed = errors.New("pool: closed")
	// ErrQueueFull is returned by TrySubmit when no worker is free, none can be added and no queue place is free.
	ErrQueueFull = errors.New("pool: queue full")

	errNilTask = errors.New("pool: nil task")
)

// Task is one piece of work.
type Task func(ctx context.Context) error

// PanicError is the error that a panicking task turns into.
type PanicError struct{ Value any }

func (e *PanicError) Error() string { return fmt.Sprintf("pool: task panicked: %v", e.Value) }

// Stats is a snapshot of a pool's counters.
type Stats struct {
	Submitted, Completed, Failed, Panicked, Rejected uint64
	Started                                          uint64 // workers started so far
	Running, Queued                                  int
	Workers                                          int // workers there are, busy or idle
}

type config struct {
	least, most, queue int
	idle, timeout      time.Duration
	onError            func(error)
}

// Option configures a Pool.
type Option func(*config)

// WithWorkers sets the least and the largest number of workers; the default is 1 and 8.
func WithWorkers(least, most int) Option {
	return func(c *config) { c.least, c.most = least, most }
}

// WithIdle sets how long a worker may be idle before it ends; the default is 30 s.
func WithIdle(d time.Duration) Option { return func(c *config) { c.idle = d } }

// WithQueue sets how many accepted tasks can wait for a worker; the default is 16, 0 means hand-over only.
func WithQueue(n int) Option { return func(c *config) { c.queue = n } }

// WithTaskTimeout bounds the context of each task; 0 means no bound.
func WithTaskTimeout(d time.Duration) Option { return func(c *config) { c.timeout = d } }

// WithOnError sets a function that is called for each failed task, from several goroutines at once.
func WithOnError(f func(error)) Option { return func(c *config) { c.onError = f } }

func newConfig(opts []Option) (config, error) {
	c := config{least: 1, most: 8, queue: 16, idle: 30 * time.Second}
	for _, opt := range opts {
		opt(&c)
	}
	switch {
	case c.least < 0 || c.most < 1 || c.most < c.least:
		return c, fmt.Errorf("pool: %d to %d workers, want at least 0 to at least 1", c.least, c.most)
	case c.queue < 0:
		return c, fmt.Errorf("pool: queue of %d, want at least 0", c.queue)
	case c.idle <= 0:
		return c, fmt.Errorf("pool: idle time of %v, want more than 0", c.idle)
	}
	return c, nil
}

// do calls t, and the error callback if t failed.
func (c *config) do(ctx context.Context, t Task) (err error, panicked bool) {
	err, panicked = c.call(ctx, t)
	if err != nil && c.onError != nil {
		c.onError(err)
	}
	return err, panicked
}

// call runs t under its own deadline and turns a panic into a *PanicError.
func (c *config) call(ctx context.Context, t Task) (err error, panicked bool) {
	if c.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.timeout)
		defer cancel()
	}
	defer func() {
		if v := recover(); v != nil {
			err, panicked = &PanicError{Value: v}, true
		}
	}()
	return t(ctx), false
}

// Pool keeps its idle workers on a stack: the one that became idle last gets the next task, so that the others stay idle.
type Pool struct {
	config
	ctx     context.Context
	cancel  context.CancelFunc
	drained chan struct{}

	mu      sync.Mutex
	idle    []*worker // the last one became idle last
	queue   list.List // of Task; empty while a worker is idle
	waiters list.List // of *waiter; empty while there is room
	closed  bool
	stats   Stats // without Queued
}

// worker is a goroutine and the channel over which an idle one gets a task.
type worker struct{ tasks chan Task } // room for one; closed to end it

// waiter is a Submit that waits for room.
type waiter struct {
	task    Task
	decided chan error // holds one: nil when accepted, ErrClosed when not
}

// New starts a pool.
func New(opts ...Option) (*Pool, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	p := &Pool{config: c, drained: make(chan struct{})}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.mu.Lock()
	defer p.mu.Unlock()
	for range c.least {
		p.start(nil)
	}
	return p, nil
}

// start adds a worker; mu is held. Without a first task it is idle from the beginning.
func (p *Pool) start(first Task) {
	w := &worker{tasks: make(chan Task, 1)}
	p.stats.Workers++
	p.stats.Started++
	if first == nil {
		p.idle = append(p.idle, w)
	} else {
		w.tasks <- first
	}
	go p.run(w)
}

// Submit waits until the pool accepts t, ctx ends or the pool is shut down.
func (p *Pool) Submit(ctx context.Context, t Task) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.mu.Lock()
	err := p.accept(t)
	if err != ErrQueueFull {
		p.mu.Unlock()
		return err
	}
	w := &waiter{task: t, decided: make(chan error, 1)}
	place := p.waiters.PushBack(w)
	p.mu.Unlock()

	select {
	case err := <-w.decided:
		return err
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case err := <-w.decided: // decided before we came back to say no
		return err
	default:
		p.waiters.Remove(place)
		return ctx.Err()
	}
}

// TrySubmit is Submit without the wait.
func (p *Pool) TrySubmit(t Task) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.accept(t)
	if err == ErrQueueFull {
		p.stats.Rejected++
	}
	return err
}

// accept takes t if it can do so without waiting; mu is held.
func (p *Pool) accept(t Task) error {
	switch {
	case t == nil:
		return errNilTask
	case p.closed:
		p.stats.Rejected++
		return ErrClosed
	case len(p.idle) > 0:
		last := len(p.idle) - 1
		w := p.idle[last]
		p.idle = p.idle[:last]
		p.stats.Running++
		w.tasks <- t // it is off the stack, so nobody else sends
	case p.stats.Workers < p.most: // all are busy
		p.stats.Running++
		p.start(t)
	case p.queue.Len() < p.config.queue:
		p.queue.PushBack(t)
	default:
		return ErrQueueFull
	}
	p.stats.Submitted++
	return nil
}

// next gives the oldest accepted task, and its place in the queue to the oldest waiter; mu is held.
func (p *Pool) next() (Task, bool) {
	if w := p.waiters.Front(); w != nil {
		w := p.waiters.Remove(w).(*waiter)
		p.queue.PushBack(w.task)
		p.stats.Submitted++
		w.decided <- nil
	}
	if t := p.queue.Front(); t != nil {
		return p.queue.Remove(t).(Task), true
	}
	return nil, false
}

func (p *Pool) run(w *worker) {
	t := p.wait(w)
	for t != nil {
		p.finish(t)
		var more bool
		if t, more = p.next(); more {
			p.stats.Running++
			p.mu.Unlock()
			continue
		}
		if p.closed {
			p.leave()
			p.mu.Unlock()
			return
		}
		p.idle = append(p.idle, w)
		p.mu.Unlock()
		t = p.wait(w)
	}
}

// wait returns the next task for w, or nil when w is to end and has been counted out.
func (p *Pool) wait(w *worker) Task {
	begun := time.Now()
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case t := <-w.tasks:
			return t
		case <-ticker.C:
		}
		if time.Since(begun) >= p.config.idle && p.retire(w) {
			return nil
		}
	}
}

// retire takes w off the stack and counts it out, unless it is needed.
func (p *Pool) retire(w *worker) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.Index(p.idle, w)
	if i < 0 || p.stats.Workers <= p.least {
		return false
	}
	p.idle = slices.Delete(p.idle, i, i+1)
	p.leave()
	return true
}

// finish runs t and counts it; mu is held again afterwards.
func (p *Pool) finish(t Task) {
	err, panicked := p.do(p.ctx, t)
	p.mu.Lock()
	p.stats.Running--
	p.stats.Completed++
	if err != nil {
		p.stats.Failed++
	}
	if panicked {
		p.stats.Panicked++
	}
}

// leave counts a worker out; mu is held.
func (p *Pool) leave() {
	p.stats.Workers--
	p.endIfEmpty()
}

func (p *Pool) endIfEmpty() {
	if p.closed && p.stats.Workers == 0 {
		p.cancel()
		close(p.drained)
	}
}

// Shutdown stops intake and waits until the pool is drained or ctx ends.
func (p *Pool) Shutdown(ctx context.Context) error {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		for p.waiters.Len() > 0 {
			w := p.waiters.Remove(p.waiters.Front()).(*waiter)
			p.stats.Rejected++
			w.decided <- ErrClosed
		}
		for _, w := range p.idle {
			close(w.tasks)
			p.stats.Workers--
		}
		p.idle = nil
		p.endIfEmpty()
	}
	p.mu.Unlock()
	select {
	case <-p.drained:
		return nil
	case <-ctx.Done():
		p.cancel()
		return ctx.Err()
	}
}

// Stats returns a consistent snapshot.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.stats
	s.Queued = p.queue.Len()
	return s
}
