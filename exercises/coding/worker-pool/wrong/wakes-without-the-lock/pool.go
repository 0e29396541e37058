package pool

import (
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

// Pool guards a slice with one mutex; workers and submitters wait on a condition of their own.
type Pool struct {
	config
	ctx     context.Context
	cancel  context.CancelFunc
	drained chan struct{} // closed by the last worker

	mu     sync.Mutex
	work   *sync.Cond // there is a task, or the pool is closed
	room   *sync.Cond // there is a place, or the pool is closed, or a waiter's context ended
	queue  []Task
	closed bool
	alive  int
	stats  Stats
}

// New starts a pool.
func New(opts ...Option) (*Pool, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	p := &Pool{config: c, drained: make(chan struct{}), alive: c.workers}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.work = sync.NewCond(&p.mu)
	p.room = sync.NewCond(&p.mu)
	for range c.workers {
		go p.worker()
	}
	return p, nil
}

// full reports whether the workers' hands and the queue's places are all taken.
func (p *Pool) full() bool {
	return p.stats.Running+len(p.queue) >= p.workers+p.config.queue
}

// Submit waits until the pool accepts t, ctx ends or the pool is shut down.
func (p *Pool) Submit(ctx context.Context, t Task) error {
	if t == nil {
		return errNilTask
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed && p.full() && ctx.Err() == nil {
		stop := context.AfterFunc(ctx, p.room.Broadcast)
		defer stop()
	}
	for !p.closed && p.full() && ctx.Err() == nil {
		p.room.Wait()
	}
	if p.closed {
		p.stats.Rejected++
		return ErrClosed
	}
	if err := ctx.Err(); err != nil {
		p.room.Signal() // a Signal may have been meant for us: pass it on
		return err
	}
	p.push(t)
	return nil
}

// TrySubmit is Submit without the wait.
func (p *Pool) TrySubmit(t Task) error {
	if t == nil {
		return errNilTask
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		p.stats.Rejected++
		return ErrClosed
	}
	if p.full() {
		p.stats.Rejected++
		return ErrQueueFull
	}
	p.push(t)
	return nil
}

func (p *Pool) push(t Task) {
	p.queue = append(p.queue, t)
	p.stats.Submitted++
	p.work.Signal()
}

// Shutdown stops intake and waits until the pool is drained or ctx ends.
func (p *Pool) Shutdown(ctx context.Context) error {
	p.mu.Lock()
	p.closed = true
	p.work.Broadcast()
	p.room.Broadcast()
	p.mu.Unlock()
	select {
	case <-p.drained:
		return nil
	case <-ctx.Done():
		p.cancel()
		return ctx.Err()
	}
}

func (p *Pool) worker() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		for len(p.queue) == 0 && !p.closed {
			p.work.Wait()
		}
		if len(p.queue) == 0 {
			break
		}
		t := p.queue[0]
		p.queue[0] = nil // the array must not keep the task alive
		p.queue = p.queue[1:]
		p.stats.Running++
		p.mu.Unlock()
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
		p.room.Signal()
	}
	p.alive--
	if p.alive == 0 {
		p.cancel()
		close(p.drained)
	}
}

// Stats returns a consistent snapshot.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.stats
	s.Queued = len(p.queue)
	return s
}
