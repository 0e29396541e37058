// Package retry tries calls again that may go well the next time, and leaves services alone that are down.
package retry

import (
	"context"
	"errors"
	"time"
)

var (
	// ErrOpen is returned when the breaker refuses a call.
	ErrOpen = errors.New("retry: circuit open")
	// ErrExhausted is returned when there are no more tries or no more time for one.
	ErrExhausted = errors.New("retry: no try left")

	errNotImplemented = errors.New("retry: not implemented")
)

// Permanent marks an error after which no other try can help.
func Permanent(err error) error { return err }

// NotSent marks the error of a request that has not reached the other side.
func NotSent(err error) error { return err }

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
func (p Policy) Do(ctx context.Context, c Call) error { return errNotImplemented }

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
type Breaker struct{}

// NewBreaker returns a closed breaker that opens after so many failures in a row and stays open for cooldown.
func NewBreaker(failures int, cooldown time.Duration) *Breaker { return &Breaker{} }

// Allow asks for permission to make one call; done must be called with its outcome.
func (b *Breaker) Allow() (done func(Outcome), err error) { return nil, errNotImplemented }

// State returns the state at this moment.
func (b *Breaker) State() State { return Closed }
