package pool

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
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

const closedBit = 1 << 63

// Pool has no mutex: one atomic word counts the senders inside and says whether the pool is closed, and whoever takes it to
// "closed and nobody inside" closes the queue.
type Pool struct {
	config
	state   atomic.Uint64 // closedBit | number of senders inside
	queue   chan Task
	closing chan struct{}
	drained chan struct{}
	ctx     context.Context
	cancel  context.CancelFunc
	alive   atomic.Int64

	submitted, completed, failed, panicked, rejected atomic.Uint64
	running                                          atomic.Int64
}

// New starts a pool.
func New(opts ...Option) (*Pool, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	p := &Pool{
		config:  c,
		queue:   make(chan Task, c.queue),
		closing: make(chan struct{}),
		drained: make(chan struct{}),
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.alive.Store(int64(c.workers))
	for range c.workers {
		go p.work()
	}
	return p, nil
}

// enter counts the caller in, unless the pool is closed; add is 1, or 1|closedBit to close it on the way in.
func (p *Pool) enter(add uint64) bool {
	for {
		s := p.state.Load()
		if s&closedBit != 0 {
			return false
		}
		if p.state.CompareAndSwap(s, s+add) {
			return true
		}
	}
}

func (p *Pool) leave() {
	if p.state.Add(^uint64(0)) == closedBit {
		close(p.queue)
	}
}

// Submit waits until the pool accepts t, ctx ends or the pool is shut down.
func (p *Pool) Submit(ctx context.Context, t Task) error {
	if t == nil {
		return errNilTask
	}
	if !p.enter(1) {
		return p.reject(ErrClosed)
	}
	defer p.leave()
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case p.queue <- t:
		p.submitted.Add(1)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-p.closing:
		return p.reject(ErrClosed)
	}
}

// TrySubmit is Submit without the wait.
func (p *Pool) TrySubmit(t Task) error {
	if t == nil {
		return errNilTask
	}
	if !p.enter(1) {
		return p.reject(ErrClosed)
	}
	defer p.leave()
	if len(p.queue) == cap(p.queue) {
		return p.reject(ErrQueueFull)
	}
	p.queue <- t
	p.submitted.Add(1)
	return nil
}

func (p *Pool) reject(err error) error {
	p.rejected.Add(1)
	return err
}

// Shutdown stops intake and waits until the pool is drained or ctx ends.
func (p *Pool) Shutdown(ctx context.Context) error {
	if p.enter(1 | closedBit) {
		close(p.closing)
		p.leave()
	}
	select {
	case <-p.drained:
		return nil
	case <-ctx.Done():
		p.cancel()
		return ctx.Err()
	}
}

func (p *Pool) work() {
	for t := range p.queue {
		p.running.Add(1)
		err, panicked := p.do(p.ctx, t)
		p.running.Add(-1)
		p.completed.Add(1)
		if err != nil {
			p.failed.Add(1)
		}
		if panicked {
			p.panicked.Add(1)
		}
	}
	if p.alive.Add(-1) == 0 {
		p.cancel()
		close(p.drained)
	}
}

// Stats returns the pool's counters; each is exact, together they are exact only while nothing moves.
func (p *Pool) Stats() Stats {
	return Stats{
		Submitted: p.submitted.Load(),
		Completed: p.completed.Load(),
		Failed:    p.failed.Load(),
		Panicked:  p.panicked.Load(),
		Rejected:  p.rejected.Load(),
		Running:   int(p.running.Load()),
		Queued:    len(p.queue),
	}
}
