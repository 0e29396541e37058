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

// Pool keeps all its state in one goroutine and shares none: callers and workers talk to it over channels.
type Pool struct {
	config
	submit  chan Task       // received from only while there is a place
	try     chan tryRequest // always received from
	stats   chan chan Stats
	feed    chan Task // to the workers
	results chan result
	closing chan struct{}
	begin   sync.Once
	drained chan struct{}
	ctx     context.Context
	cancel  context.CancelFunc
	last    Stats // written before drained is closed, read after
	refused atomic.Uint64
}

type tryRequest struct {
	task  Task
	reply chan error
}

type result struct {
	err      error
	panicked bool
}

// New starts a pool.
func New(opts ...Option) (*Pool, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	p := &Pool{
		config:  c,
		submit:  make(chan Task),
		try:     make(chan tryRequest),
		stats:   make(chan chan Stats),
		feed:    make(chan Task),
		results: make(chan result),
		closing: make(chan struct{}),
		drained: make(chan struct{}),
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	go p.manage()
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
	case <-p.closing:
		return ErrClosed
	default:
	}
	select {
	case p.submit <- t:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-p.closing:
		return ErrClosed
	}
}

// TrySubmit is Submit without the wait: it looks whether there is room, and hands the task over.
func (p *Pool) TrySubmit(t Task) error {
	if t == nil {
		return errNilTask
	}
	if s := p.Stats(); !isClosed(p.closing) && s.Queued+s.Running >= p.workers+p.config.queue {
		p.refused.Add(1)
		return ErrQueueFull
	}
	r := tryRequest{task: t, reply: make(chan error, 1)}
	select {
	case p.try <- r:
		return <-r.reply
	case <-p.drained:
		return ErrClosed
	}
}

// Shutdown stops intake and waits until the pool is drained or ctx ends.
func (p *Pool) Shutdown(ctx context.Context) error {
	p.begin.Do(func() { close(p.closing) })
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
	s := p.ask()
	s.Rejected += p.refused.Load()
	return s
}

func (p *Pool) ask() Stats {
	reply := make(chan Stats, 1)
	select {
	case p.stats <- reply:
		return <-reply
	case <-p.drained:
		return p.last
	}
}

func (p *Pool) work(workers *sync.WaitGroup) {
	defer workers.Done()
	for t := range p.feed {
		err, panicked := p.do(p.ctx, t)
		p.results <- result{err, panicked}
	}
}

// manage is the only goroutine that sees the queue and the counters.
func (p *Pool) manage() {
	var workers sync.WaitGroup
	workers.Add(p.workers)
	for range p.workers {
		go p.work(&workers)
	}

	var s Stats
	var queue []Task
	closing := p.closing
	for closing != nil || s.Queued+s.Running > 0 {
		// A nil channel switches its case off.
		var submit, feed chan Task
		var head Task
		full := s.Queued+s.Running >= p.workers+p.config.queue
		if closing != nil && !full {
			submit = p.submit
		}
		if s.Queued > 0 {
			feed, head = p.feed, queue[0]
		}
		accept := func(t Task) {
			queue = append(queue, t)
			s.Submitted++
			s.Queued++
		}
		select {
		case t := <-submit:
			accept(t)
		case r := <-p.try:
			switch {
			case isClosed(p.closing):
				s.Rejected++
				r.reply <- ErrClosed
			default:
				accept(r.task)
				r.reply <- nil
			}
		case feed <- head:
			queue[0] = nil
			queue = queue[1:]
			s.Queued--
			s.Running++
		case r := <-p.results:
			s.Running--
			s.Completed++
			if r.err != nil {
				s.Failed++
			}
			if r.panicked {
				s.Panicked++
			}
		case reply := <-p.stats:
			reply <- s
		case <-closing:
			closing = nil
		}
	}
	close(p.feed)
	workers.Wait()
	p.cancel()
	p.last = s
	close(p.drained)
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
