// Package peer lets two peers send to each other over one link.
package peer

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// ErrBroken is returned when the other end has given up.
var ErrBroken = errors.New("peer: the other end has given up")

// Message is what peers send.
type Message struct {
	Seq  int
	Body string
}

// Result is what an exchange came to.
type Result struct {
	Sent     int       // messages of the outbox that the other end has received
	Received []Message // what the other end sent, in its order
}

// link is the place where the ends meet.
type link struct {
	mu     sync.Mutex
	first  *visit // the end that waits for the other one, if any
	broken bool
}

// visit is an Exchange that has come first.
type visit struct {
	outbox  []Message
	settled chan struct{}
	result  Result // together with err, written before settled is closed
	err     error
}

// End is one of the two ends of a link.
type End struct{ *link }

// Connect makes a link and returns its two ends.
func Connect() (a, b *End) {
	l := new(link)
	return &End{l}, &End{l}
}

// Exchange swaps with the other end at once, or waits for it to come.
func (e *End) Exchange(ctx context.Context, outbox []Message) (Result, error) {
	v, result, err := e.meet(ctx, outbox)
	if v == nil {
		return result, err
	}
	select {
	case <-v.settled:
		return v.result, v.err
	case <-ctx.Done():
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.first != v { // settled before we came back to say no
		return v.result, v.err
	}
	e.first = nil
	e.broken = true
	return Result{}, ctx.Err()
}

// meet completes the exchange if the other end is there; if not, it returns a visit to wait for.
func (e *End) meet(ctx context.Context, outbox []Message) (*visit, Result, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	other := e.first
	e.first = nil
	switch err := ctx.Err(); {
	case err != nil:
		e.broken = true
		if other != nil {
			other.err = ErrBroken
			close(other.settled)
		}
		return nil, Result{}, err
	case other == nil:
		e.first = &visit{outbox: outbox, settled: make(chan struct{})}
		return e.first, Result{}, nil
	default:
		own := Result{Sent: len(outbox), Received: slices.Clone(other.outbox)}
		other.result = Result{Sent: len(other.outbox), Received: slices.Clone(outbox)}
		close(other.settled)
		return nil, own, nil
	}
}
