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

// Pool gives every accepted task its own goroutine; one semaphore bounds how many are accepted, another how many run.
type Pool struct {
	config
	admitted chan struct{} // a place for each task that is queued or running
	running  chan struct{} // a place for each task that is running
	closing  chan struct{}
	drained  chan struct{}
	ctx      context.Context
	cancel   context.CancelFunc
	tasks    sync.WaitGroup

	mu     sync.Mutex
	closed bool
	stats  Stats // without Running and Queued
}

// New makes a pool; it has no goroutine until there is a task.
func New(opts ...Option) (*Pool, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	p := &Pool{
		config:   c,
		admitted: make(chan struct{}, c.workers+c.queue),
		running:  make(chan struct{}, c.workers),
		closing:  make(chan struct{}),
		drained:  make(chan struct{}),
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p, nil
}

// Submit waits until the pool accepts t, ctx ends or the pool is shut down.
func (p *Pool) Submit(ctx context.Context, t Task) error {
	if t == nil {
		return errNilTask
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case p.admitted <- struct{}{}:
		return p.start(t)
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
	select {
	case <-p.closing:
		return p.reject(ErrClosed)
	default:
	}
	select {
	case p.admitted <- struct{}{}:
		return p.start(t)
	default:
		return p.reject(ErrQueueFull)
	}
}

// start gives an admitted task its goroutine, unless the pool was closed meanwhile.
func (p *Pool) start(t Task) error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		<-p.admitted
		return p.reject(ErrClosed)
	}
	p.stats.Submitted++
	p.tasks.Add(1) // under mu: never after Shutdown has begun to wait
	p.mu.Unlock()
	go p.run(t)
	return nil
}

func (p *Pool) reject(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stats.Rejected++
	return err
}

func (p *Pool) run(t Task) {
	defer p.tasks.Done()
	p.running <- struct{}{}
	err, panicked := p.do(p.ctx, t)
	p.mu.Lock()
	p.stats.Completed++
	if err != nil {
		p.stats.Failed++
	}
	if panicked {
		p.stats.Panicked++
	}
	p.mu.Unlock()
	<-p.running
	<-p.admitted
}

// Shutdown stops intake and waits until the pool is drained or ctx ends.
func (p *Pool) Shutdown(ctx context.Context) error {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		close(p.closing)
		go func() {
			p.tasks.Wait()
			p.cancel()
			close(p.drained)
		}()
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

// Stats returns the counters; Running and Queued are exact only while nothing moves.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.stats
	s.Running = len(p.running)
	s.Queued = len(p.admitted)
	return s
}
