// Package retry tries calls again that may go well the next time, and leaves services alone that are down.
package retry

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"
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
	begun := time.Now()
	var last error
	for wait := range p.waits() {
		if last != nil && !p.fits(ctx, begun, wait) {
			break
		}
		stop := false
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			stop = true
		}
		if stop || ctx.Err() != nil {
			return with(last, ctx.Err())
		}
		done, err := p.allow()
		if err != nil {
			return with(last, err)
		}
		last = attempt(ctx, c, done)
		if last == nil {
			return nil
		}
		if ctx.Err() != nil {
			return with(last, ctx.Err())
		}
		if isPermanent(last) || !c.Idempotent && !isNotSent(last) {
			return last
		}
	}
	return with(last, ErrExhausted)
}

// waits yields the wait before each try; there is none before the first.
func (p Policy) waits() iter.Seq[time.Duration] {
	return func(yield func(time.Duration) bool) {
		if !yield(0) {
			return
		}
		ceiling := float64(p.Base)
		for range p.Tries - 1 {
			c := p.Max
			if ceiling < float64(p.Max) {
				c = time.Duration(ceiling)
			}
			if !yield(p.jitter(c)) {
				return
			}
			ceiling *= 2
		}
	}
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

// Breaker refuses calls after too many failures. What it does is up to its phase.
type Breaker struct {
	limit    int
	cooldown time.Duration
	mu       sync.Mutex
	phase    phase
}

// phase is the behaviour between two changes of state; each returns the phase that follows, which may be itself.
type phase interface {
	state() State
	advance(b *Breaker, now time.Time) phase
	allow() bool
	report(b *Breaker, o Outcome, now time.Time) phase
}

type closed struct{ failures int }

func (*closed) state() State                        { return Closed }
func (c *closed) advance(*Breaker, time.Time) phase { return c }
func (*closed) allow() bool                         { return true }

func (c *closed) report(b *Breaker, o Outcome, now time.Time) phase {
	switch o {
	case Success:
		c.failures = 0
	case Failure:
		c.failures++
	}
	if c.failures >= b.limit {
		return &open{until: now.Add(b.cooldown)}
	}
	return c
}

type open struct{ until time.Time }

func (*open) state() State                                { return Open }
func (*open) allow() bool                                 { return false }
func (o *open) report(*Breaker, Outcome, time.Time) phase { return o }

func (o *open) advance(_ *Breaker, now time.Time) phase {
	if now.Before(o.until) {
		return o
	}
	return &halfOpen{}
}

type halfOpen struct{ probing bool }

func (*halfOpen) state() State                        { return HalfOpen }
func (h *halfOpen) advance(*Breaker, time.Time) phase { return h }

func (h *halfOpen) allow() bool {
	free := !h.probing
	h.probing = true
	return free
}

func (h *halfOpen) report(b *Breaker, o Outcome, now time.Time) phase {
	switch o {
	case Success:
		return &closed{}
	case Failure:
		return &open{until: now.Add(b.cooldown)}
	}
	h.probing = false
	return h
}

// NewBreaker returns a closed breaker that opens after so many failures in a row and stays open for cooldown.
func NewBreaker(failures int, cooldown time.Duration) *Breaker {
	return &Breaker{limit: failures, cooldown: cooldown, phase: &closed{}}
}

// locked runs f with the phase of this moment and takes over what it returns.
func (b *Breaker) locked(f func(p phase, now time.Time) phase) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.phase = f(b.phase.advance(b, now), now)
}

// Allow asks for permission to make one call; done must be called with its outcome.
func (b *Breaker) Allow() (done func(Outcome), err error) {
	err = ErrOpen
	b.locked(func(p phase, _ time.Time) phase {
		if p.allow() {
			err, done = nil, b.reporter(p)
		}
		return p
	})
	return done, err
}

func (b *Breaker) reporter(allowedIn phase) func(Outcome) {
	told := false
	return func(o Outcome) {
		b.locked(func(p phase, now time.Time) phase {
			if told || p != allowedIn {
				return p
			}
			told = true
			return p.report(b, o, now)
		})
	}
}

// State returns the state at this moment.
func (b *Breaker) State() (s State) {
	b.locked(func(p phase, _ time.Time) phase {
		s = p.state()
		return p
	})
	return s
}
