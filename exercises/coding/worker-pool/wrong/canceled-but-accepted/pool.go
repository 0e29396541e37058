package pool

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

var (
	// ErrClosed is returned once Shutdown has begun.
	ErrClosed = errors.New("pool: closed")
	// ErrQueueFull is returned by TrySubmit when no worker and no queue place is free.
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
	Running, Queued                                  int
}

type config struct {
	workers, queue int
	timeout        time.Duration
	onError        func(error)
}

// Option configures a Pool.
type Option func(*config)

// WithWorkers sets how many tasks can run at once; the default is 4.
func WithWorkers(n int) Option { return func(c *config) { c.workers = n } }

// WithQueue sets how many accepted tasks can wait for a worker; the default is 16, 0 means hand-over only.
func WithQueue(n int) Option { return func(c *config) { c.queue = n } }

// WithTaskTimeout bounds the context of each task; 0 means no bound.
func WithTaskTimeout(d time.Duration) Option { return func(c *config) { c.timeout = d } }

// WithOnError sets a function that is called for each failed task, from several goroutines at once.
func WithOnError(f func(error)) Option { return func(c *config) { c.onError = f } }

func newConfig(opts []Option) (config, error) {
	c := config{workers: 4, queue: 16}
	for _, opt := range opts {
		opt(&c)
	}
	if c.workers < 1 {
		return c, fmt.Errorf("pool: %d workers, want at least 1", c.workers)
	}
	if c.queue < 0 {
		return c, fmt.Errorf("pool: queue of %d, want at least 0", c.queue)
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

// Pool starts a goroutine when a task comes and fewer than the bound run, and lets it end when there is no more work.
// Blocked submitters stand in a list, first come, first served.
type Pool struct {
	config
	ctx     context.Context
	cancel  context.CancelFunc
	drained chan struct{}

	mu      sync.Mutex
	queue   list.List // of Task
	waiters list.List // of *waiter
	alive   int       // goroutines, at most config.workers
	closed  bool
	stats   Stats // without Queued
}

type waiter struct {
	task    Task
	decided chan error // holds one: nil when accepted, ErrClosed when not
}

// New makes a pool; it has no goroutine until there is a task.
func New(opts ...Option) (*Pool, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	p := &Pool{config: c, drained: make(chan struct{})}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p, nil
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
	p.waiters.Remove(place)
	return ctx.Err()
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
	case p.alive < p.workers:
		p.alive++
		p.stats.Running++
		go p.work(t)
	case p.queue.Len() < p.config.queue:
		p.queue.PushBack(t)
	default:
		return ErrQueueFull
	}
	p.stats.Submitted++
	return nil
}

// next gives the oldest accepted task and its place in the queue to the oldest waiter; mu is held.
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

func (p *Pool) work(t Task) {
	for ok := true; ok; {
		err, panicked := p.do(p.ctx, t)
		p.mu.Lock()
		p.stats.Completed++
		if err != nil {
			p.stats.Failed++
		}
		if panicked {
			p.stats.Panicked++
		}
		p.stats.Running--
		if t, ok = p.next(); ok {
			p.stats.Running++
		} else {
			p.alive--
			p.finish()
		}
		p.mu.Unlock()
	}
}

// finish closes drained when the pool is closed and empty; mu is held.
func (p *Pool) finish() {
	if p.closed && p.alive == 0 {
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
		p.finish()
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
