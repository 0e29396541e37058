package pool

import (
	"context"
	"errors"
	"fmt"
	"sync"
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

// Pool runs tasks on a fixed set of workers that range over one buffered channel.
type Pool struct {
	config
	queue   chan Task
	closing chan struct{} // closed first, so that blocked senders let go of mu
	drained chan struct{} // closed by the last worker
	ctx     context.Context
	cancel  context.CancelFunc

	// Senders hold mu for reading, so that nobody sends once queue is closed.
	mu     sync.RWMutex
	closed bool

	begin sync.Once
	alive atomic.Int64

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

// Submit waits until the pool accepts t, ctx ends or the pool is shut down.
func (p *Pool) Submit(ctx context.Context, t Task) error {
	if t == nil {
		return errNilTask
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.closed {
		return p.reject(ErrClosed)
	}
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
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.closed {
		return p.reject(ErrClosed)
	}
	select {
	case p.queue <- t:
		p.submitted.Add(1)
		return nil
	default:
		return p.reject(ErrQueueFull)
	}
}

func (p *Pool) reject(err error) error {
	p.rejected.Add(1)
	return err
}

// Shutdown stops intake and waits until the pool is drained or ctx ends.
func (p *Pool) Shutdown(ctx context.Context) error {
	p.begin.Do(func() {
		close(p.closing)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.closed = true
		close(p.queue)
	})
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
		p.run(t)
		if len(p.queue) == 0 && p.retire() {
			return
		}
	}
	if p.alive.Add(-1) == 0 {
		p.cancel()
		close(p.drained)
	}
}

// retire reports whether the caller may leave: somebody always stays.
func (p *Pool) retire() bool {
	for n := p.alive.Load(); n > 1; n = p.alive.Load() {
		if p.alive.CompareAndSwap(n, n-1) {
			return true
		}
	}
	return false
}

func (p *Pool) run(t Task) {
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
