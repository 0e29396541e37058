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

// Pool keeps all its state in one goroutine and shares none: callers and workers talk to it over channels.
type Pool struct {
	config
	submit  chan Task       // received from only while there is room
	try     chan tryRequest // always received from
	stats   chan chan Stats
	results chan result
	closing chan struct{}
	begin   sync.Once
	drained chan struct{}
	ctx     context.Context
	cancel  context.CancelFunc
	last    Stats // written before drained is closed, read after
}

type tryRequest struct {
	task  Task
	reply chan error
}

// worker is a goroutine; only the manager sends to it.
type worker struct {
	tasks chan Task // room for one
	since time.Time // when it became idle
}

type result struct {
	from     *worker
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

// TrySubmit is Submit without the wait: the manager answers at once.
func (p *Pool) TrySubmit(t Task) error {
	if t == nil {
		return errNilTask
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
	reply := make(chan Stats, 1)
	select {
	case p.stats <- reply:
		return <-reply
	case <-p.drained:
		return p.last
	}
}

func (p *Pool) work(w *worker) {
	for t := range w.tasks {
		err, panicked := p.do(p.ctx, t)
		p.results <- result{w, err, panicked}
	}
}

// manager is what only the managing goroutine sees.
type manager struct {
	*Pool
	s     Stats
	queue []Task
	idle  []*worker // the last one became idle last
	all   sync.WaitGroup
}

func (m *manager) start() *worker {
	w := &worker{tasks: make(chan Task, 1), since: time.Now()}
	m.s.Workers++
	m.s.Started++
	m.all.Go(func() { m.work(w) })
	return w
}

func (m *manager) end(w *worker) {
	close(w.tasks)
	m.s.Workers--
}

func (m *manager) run(w *worker, t Task) {
	m.s.Running++
	w.tasks <- t
}

func (m *manager) accept(t Task) {
	m.s.Submitted++
	switch last := len(m.idle) - 1; {
	case last >= 0:
		w := m.idle[last]
		m.idle = m.idle[:last]
		m.run(w, t)
	case m.s.Workers < m.most:
		m.run(m.start(), t)
	default:
		m.queue = append(m.queue, t)
		m.s.Queued++
	}
}

func (m *manager) done(r result) {
	m.s.Running--
	m.s.Completed++
	if r.err != nil {
		m.s.Failed++
	}
	if r.panicked {
		m.s.Panicked++
	}
	if m.s.Queued > 0 {
		t := m.queue[0]
		m.queue = slices.Delete(m.queue, 0, 1)
		m.s.Queued--
		m.run(r.from, t)
		return
	}
	r.from.since = time.Now()
	m.idle = append(m.idle, r.from)
}

// manage is the only goroutine that sees the queue and the counters.
func (p *Pool) manage() {
	m := &manager{Pool: p}
	for range p.least {
		m.idle = append(m.idle, m.start())
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	closing := p.closing
	for closing != nil || m.s.Queued+m.s.Running > 0 {
		var submit chan Task // nil switches the case off
		full := m.s.Queued+m.s.Running >= p.most+p.queue
		if closing != nil && !full {
			submit = p.submit
		}
		var due <-chan time.Time
		if len(m.idle) > 0 && m.s.Workers > p.least {
			timer.Reset(time.Until(m.idle[0].since.Add(p.idle)))
			due = timer.C
		}
		select {
		case t := <-submit:
			m.accept(t)
		case r := <-p.try:
			switch {
			case isClosed(p.closing):
				m.s.Rejected++
				r.reply <- ErrClosed
			case full:
				m.s.Rejected++
				r.reply <- ErrQueueFull
			default:
				m.accept(r.task)
				r.reply <- nil
			}
		case r := <-p.results:
			m.done(r)
		case <-due:
			for len(m.idle) > 0 && m.s.Workers > p.least && time.Since(m.idle[0].since) >= p.idle {
				m.end(m.idle[0])
				m.idle = slices.Delete(m.idle, 0, 1)
			}
		case reply := <-p.stats:
			reply <- m.s
		case <-closing:
			closing = nil
		}
	}
	for _, w := range m.idle {
		m.end(w)
	}
	m.all.Wait()
	p.cancel()
	p.last = m.s
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
