package pool

import (
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

// Pool has one lock. A worker waits on its own condition, submitters on a common one.
type Pool struct {
	config
	ctx     context.Context
	cancel  context.CancelFunc
	drained chan struct{}

	mu     sync.Mutex
	room   *sync.Cond // there is room, or the pool is closed, or a waiter's context ended
	idle   []*worker  // the last one became idle last
	queue  []Task
	closed bool
	stats  Stats // without Queued
}

type worker struct {
	wake    *sync.Cond
	task    Task
	expired bool
}

// New starts a pool.
func New(opts ...Option) (*Pool, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	p := &Pool{config: c, drained: make(chan struct{})}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.room = sync.NewCond(&p.mu)
	p.mu.Lock()
	defer p.mu.Unlock()
	for range c.least {
		w := p.start(nil)
		p.idle = append(p.idle, w)
	}
	return p, nil
}

// start adds a worker; mu is held.
func (p *Pool) start(first Task) *worker {
	w := &worker{wake: sync.NewCond(&p.mu), task: first}
	p.stats.Workers++
	p.stats.Started++
	go p.run(w)
	return w
}

func (p *Pool) full() bool {
	return p.stats.Running+len(p.queue) >= p.most+p.config.queue
}

// push accepts t, for which there is room; mu is held.
func (p *Pool) push(t Task) {
	p.stats.Submitted++
	switch last := len(p.idle) - 1; {
	case last >= 0:
		w := p.idle[last]
		p.idle = p.idle[:last]
		p.stats.Running++
		w.task = t
		w.wake.Signal()
	case p.stats.Workers < p.most:
		p.stats.Running++
		p.start(t)
	default:
		p.queue = append(p.queue, t)
	}
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
	switch {
	case p.closed:
		p.stats.Rejected++
		return ErrClosed
	case p.full():
		p.stats.Rejected++
		return ErrQueueFull
	}
	p.push(t)
	return nil
}

func (p *Pool) run(w *worker) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.await(w) {
		t := w.task
		w.task = nil
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
		if len(p.queue) > 0 {
			w.task = p.queue[0]
			p.queue[0] = nil
			p.queue = p.queue[1:]
			p.stats.Running++
		} else if !p.closed {
			p.idle = append(p.idle, w)
		}
		p.room.Signal()
	}
	if i := slices.Index(p.idle, w); i >= 0 {
		p.idle = slices.Delete(p.idle, i, i+1)
	}
	p.stats.Workers--
	p.endIfEmpty()
}

// await returns whether w has a task; if not, it is to end. mu is held.
func (p *Pool) await(w *worker) bool {
	if w.task == nil && !p.closed {
		w.expired = false
		timer := time.AfterFunc(p.config.idle, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			w.expired = true
			w.wake.Signal()
		})
		defer timer.Stop()
	}
	for w.task == nil && !p.closed && !(w.expired && p.stats.Workers > p.least) {
		w.wake.Wait()
	}
	return w.task != nil
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
		for _, w := range p.idle {
			w.wake.Signal()
		}
		p.room.Broadcast()
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
	s.Queued = len(p.queue)
	return s
}
