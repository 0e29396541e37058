// Package retry tries calls again that may go well the next time, and leaves services alone that are down.
package retry

import (
	"context"
	"errors"
	"fmt"
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
	ceiling := min(p.Base, p.Max)
	var last error
	for try := 1; ; try++ {
		if err := ctx.Err(); err != nil {
			return with(last, err)
		}
		done, err := p.allow()
		if err != nil {
			return with(last, err)
		}
		last = attempt(ctx, c, done)
		switch {
		case last == nil:
			return nil
		case ctx.Err() != nil:
			return with(last, ctx.Err())
		case isPermanent(last), !c.Idempotent && !isNotSent(last):
			return last
		case try >= p.Tries:
			return with(last, ErrExhausted)
		}
		wait := p.jitter(ceiling)
		if !p.fits(ctx, begun, wait) {
			return with(last, ErrExhausted)
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return with(last, ctx.Err())
		}
		if ceiling > p.Max/2 {
			ceiling = p.Max
		} else {
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

// Breaker refuses calls after too many failures.
type Breaker struct {
	limit    int
	cooldown time.Duration

	mu       sync.Mutex
	state    State // HalfOpen only once somebody has looked
	period   int   // counts changes of state
	failures int
	opened   time.Time
	probing  bool
}

// NewBreaker returns a closed breaker that opens after so many failures in a row and stays open for cooldown.
func NewBreaker(failures int, cooldown time.Duration) *Breaker {
	return &Breaker{limit: max(1, failures), cooldown: cooldown}
}

// look brings the state up to date; b.mu is held.
func (b *Breaker) look() State {
	if b.state == Open && time.Since(b.opened) >= b.cooldown {
		b.enter(HalfOpen)
	}
	return b.state
}

// enter begins a new period; b.mu is held.
func (b *Breaker) enter(s State) {
	b.state = s
	b.period++
	b.failures = 0
	b.probing = false
	if s == Open {
		b.opened = time.Now()
	}
}

// Allow asks for permission to make one call; done must be called with its outcome.
func (b *Breaker) Allow() (done func(Outcome), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch b.look() {
	case Open:
		return nil, ErrOpen
	case HalfOpen:
		if b.probing {
			return nil, ErrOpen
		}
		b.probing = true
	}
	period := b.period
	var once sync.Once
	return func(o Outcome) {
		once.Do(func() { b.report(period, o) })
	}, nil
}

func (b *Breaker) report(period int, o Outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.look()
	if period != b.period {
		return
	}
	halfOpen := b.state == HalfOpen
	b.probing = false
	switch o {
	case Success:
		b.failures = 0
		if halfOpen {
			b.enter(Closed)
		}
	case Failure:
		b.failures++
		if halfOpen || b.failures >= b.limit {
			b.enter(Open)
		}
	}
}

// State returns the state at this moment.
func (b *Breaker) State() State {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.look()
}
