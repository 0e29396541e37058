// Package pool runs tasks on a number of goroutines that follows the load, behind a bounded queue.
package pool

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var (
	// ErrClosed is returned once Shutdown has begun.
	ErrClosed = errors.New("pool: closed")
	// ErrQueueFull is returned by TrySubmit when no worker is free, none can be added and no queue place is free.
	ErrQueueFull = errors.New("pool: queue full")
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

var errNotImplemented = errors.New("pool: not implemented")

type config struct{}

// Option configures a Pool.
type Option func(*config)

// WithWorkers sets the least and the largest number of workers; the default is 1 and 8.
func WithWorkers(least, most int) Option { return func(c *config) {} }

// WithIdle sets how long a worker may be idle before it ends; the default is 30 s.
func WithIdle(d time.Duration) Option { return func(c *config) {} }

// WithQueue sets how many accepted tasks can wait for a worker; the default is 16, 0 means hand-over only.
func WithQueue(n int) Option { return func(c *config) {} }

// WithTaskTimeout bounds the context of each task; 0 means no bound.
func WithTaskTimeout(d time.Duration) Option { return func(c *config) {} }

// WithOnError sets a function that is called for each failed task, from several goroutines at once.
func WithOnError(f func(error)) Option { return func(c *config) {} }

// Pool runs tasks.
type Pool struct{}

// New starts a pool.
func New(opts ...Option) (*Pool, error) { return nil, errNotImplemented }

// Submit waits until the pool accepts t, ctx ends or the pool is shut down.
func (p *Pool) Submit(ctx context.Context, t Task) error { return errNotImplemented }

// TrySubmit is Submit without the wait.
func (p *Pool) TrySubmit(t Task) error { return errNotImplemented }

// Shutdown stops intake and waits until the pool is drained or ctx ends.
func (p *Pool) Shutdown(ctx context.Context) error { return errNotImplemented }

// Stats returns the pool's counters.
func (p *Pool) Stats() Stats { return Stats{} }
