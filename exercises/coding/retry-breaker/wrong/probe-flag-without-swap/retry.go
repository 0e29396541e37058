// Package retry tries calls again that may go well the next time, and leaves services alone that are down.
package retry

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

var (
	// ErrOpen is returned when the breaker refuses a call.
	ErrOpen = errors.New("retry: circuit open")
	// ErrExhausted is returned when there are no more tries or no more time for one.
	ErrExhausted = errors.New("retry: no try left")
)

type permanentError struct{ error }

func (e permanentError) Unwrap() error { return e.error }

type notSentError struct{ error }

func (e notSentError) Unwrap() error { return e.error }

// Permanent marks an error after which no other try can help.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return permanentError{err}
}

// NotSent marks the error of a request that has not reached the other side.
func NotSent(err error) error {
	if err == nil {
		return nil
	}
	return notSentError{err}
}

func isPermanent(err error) bool {
	_, ok := errors.AsType[permanentError](err)
	return ok
}

func isNotSent(err error) bool {
	_, ok := errors.AsType[notSentError](err)
	return ok
}

// Call is what is tried.
type Call struct {
	Idempotent bool // doing it twice is as good as doing it once
	Do         func(ctx context.Context) error
}

// Policy says how often and when.
type Policy struct {
	Tries   int                                       // calls at most, the first included; below 1 counts as 1
	Base    time.Duration                             // ceiling of the first wait
	Max     time.Duration                             // no ceiling is above it
	Budget  time.Duration                             // time in which waits must end; 0 means no bound
	Jitter  func(ceiling time.Duration) time.Duration // picks a wait; nil means uniform between 0 and ceiling
	Breaker *Breaker                                  // nil means none
}

// Do makes the call until it goes well, cannot go well, or must not be tried again.
func (p Policy) Do(ctx context.Context, c Call) error {
	return p.next(ctx, c, 1, time.Now(), nil)
}

func (p Policy) next(ctx context.Context, c Call, try int, begun time.Time, last error) error {
	if err := ctx.Err(); err != nil {
		return with(last, err)
	}
	done, err := p.allow()
	if err != nil {
		return with(last, err)
	}
	last = attempt(ctx, c, done)
	if last == nil {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return with(last, err)
	}
	if isPermanent(last) || !c.Idempotent && !isNotSent(last) {
		return last
	}
	if try >= p.Tries {
		return with(last, ErrExhausted)
	}
	wait := p.jitter(p.ceiling(try))
	if !p.fits(ctx, begun, wait) {
		return with(last, ErrExhausted)
	}
	if err := sleep(ctx, wait); err != nil {
		return with(last, err)
	}
	return p.next(ctx, c, try+1, begun, last)
}

// ceiling is that of the wait after so many tries.
func (p Policy) ceiling(tries int) time.Duration {
	shift := tries - 1
	if p.Base > p.Max>>shift {
		return p.Max
	}
	return p.Base << shift
}

// sleep ends with the context of its own: after d, or with ctx.
func sleep(ctx context.Context, d time.Duration) error {
	nap, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-nap.Done()
	return ctx.Err()
}

func (p Policy) allow() (func(Outcome), error) {
	if p.Breaker == nil {
		return func(Outcome) {}, nil
	}
	return p.Breaker.Allow()
}

// attempt makes one call and tells the breaker, also of a panic.
func attempt(ctx context.Context, c Call, done func(Outcome)) (err error) {
	outcome := Failure
	defer func() { done(outcome) }()
	err = c.Do(ctx)
	switch {
	case err == nil || isPermanent(err):
		outcome = Success
	case errors.Is(ctx.Err(), context.Canceled):
		outcome = Ignored
	}
	return err
}

// fits reports whether a wait from now on ends in time.
func (p Policy) fits(ctx context.Context, begun time.Time, wait time.Duration) bool {
	if p.Budget > 0 && wait >= p.Budget-time.Since(begun) {
		return false
	}
	deadline, ok := ctx.Deadline()
	return !ok || wait < time.Until(deadline)
}

func (p Policy) jitter(ceiling time.Duration) time.Duration {
	switch {
	case p.Jitter != nil:
		return p.Jitter(ceiling)
	case ceiling <= 0:
		return 0
	default:
		return rand.N(ceiling)
	}
}

// with is why, and also what the last try ended with.
func with(last, why error) error {
	if last == nil {
		return why
	}
	return fmt.Errorf("%w: %w", why, last)
}

// State is what a breaker does with calls.
type State int

// The states.
const (
	Closed   State = iota // calls go through
	Open                  // calls are refused
	HalfOpen              // one call at a time goes through
)

func (s State) String() string { return [...]string{"Closed", "Open", "HalfOpen"}[s] }

// Outcome is what became of a call.
type Outcome int

// The outcomes.
const (
	Success Outcome = iota
	Failure
	Ignored // says nothing about the other side
)

// Breaker refuses calls after too many failures. It has no lock: a period between two changes of state is a value of its own, and who
// changes the state does so by swapping the period it saw.
type Breaker struct {
	limit    int64
	cooldown time.Duration
	now      atomic.Pointer[period]
}

type period struct {
	state    State
	since    time.Time
	failures atomic.Int64
	probing  atomic.Bool
}

// NewBreaker returns a closed breaker that opens after so many failures in a row and stays open for cooldown.
func NewBreaker(failures int, cooldown time.Duration) *Breaker {
	b := &Breaker{limit: int64(max(1, failures)), cooldown: cooldown}
	b.now.Store(&period{state: Closed})
	return b
}

// current is the period at this moment.
func (b *Breaker) current() *period {
	for {
		p := b.now.Load()
		if p.state != Open || time.Since(p.since) < b.cooldown {
			return p
		}
		b.change(p, HalfOpen)
	}
}

func (b *Breaker) change(from *period, to State) {
	b.now.CompareAndSwap(from, &period{state: to, since: time.Now()})
}

// Allow asks for permission to make one call; done must be called with its outcome.
func (b *Breaker) Allow() (done func(Outcome), err error) {
	p := b.current()
	if p.state == Open || p.state == HalfOpen && p.probing.Load() {
		return nil, ErrOpen
	}
	reported := new(atomic.Bool)
	call := &period{state: p.state, since: time.Now()}
	p.probing.Store(call.state == HalfOpen)
	return func(o Outcome) {
		if reported.CompareAndSwap(false, true) {
			b.report(p, o)
		}
	}, nil
}

func (b *Breaker) report(p *period, o Outcome) {
	switch {
	case o == Success && p.state == HalfOpen:
		b.change(p, Closed)
	case o == Success:
		p.failures.Store(0)
	case o == Failure && (p.state == HalfOpen || p.failures.Add(1) >= b.limit):
		b.change(p, Open)
	case p.state == HalfOpen:
		p.probing.Store(false)
	}
}

// State returns the state at this moment.
func (b *Breaker) State() State { return b.current().state }
