// Package peer lets two peers send to each other over one link.
package peer

import (
	"context"
	"errors"
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

// frame is what goes over the link: a message, or the word that no more will come.
type frame struct {
	message Message
	last    bool
}

// End is one of the two ends of a link.
type End struct {
	out    chan<- frame
	in     <-chan frame
	broken chan struct{} // closed when either end has given up
	giveUp func()        // closes broken, once
}

// Connect makes a link and returns its two ends.
func Connect() (a, b *End) {
	there, back := make(chan frame), make(chan frame)
	broken := make(chan struct{})
	giveUp := sync.OnceFunc(func() { close(broken) })
	a = &End{out: there, in: back, broken: broken, giveUp: giveUp}
	b = &End{out: back, in: there, broken: broken, giveUp: giveUp}
	return a, b
}

// Exchange receives while a goroutine of its own sends. If one of them stops early, so does the other: both watch ctx and
// broken.
func (e *End) Exchange(ctx context.Context, outbox []Message) (Result, error) {
	var r Result
	if err := ctx.Err(); err != nil {
		e.giveUp()
		return r, err
	}
	select {
	case <-e.broken:
		return r, ErrBroken
	default:
	}

	type outcome struct {
		n   int
		err error
	}
	sender := make(chan outcome, 1)
	go func() {
		n, err := e.send(ctx, outbox)
		sender <- outcome{n, err}
	}()
	err := e.receive(ctx, &r.Received)
	sent := <-sender
	r.Sent = sent.n
	if err == nil {
		err = sent.err
	}
	return r, err
}

func (e *End) send(ctx context.Context, outbox []Message) (int, error) {
	for n := 0; ; n++ {
		next := frame{last: n == len(outbox)}
		if !next.last {
			next.message = outbox[n]
		}
		select {
		case e.out <- next:
			if next.last {
				return n, nil
			}
		case <-ctx.Done():
			e.giveUp()
			return min(n+1, len(outbox)), ctx.Err()
		case <-e.broken:
			return min(n+1, len(outbox)), e.why(ctx)
		}
	}
}

func (e *End) receive(ctx context.Context, to *[]Message) error {
	for {
		select {
		case f := <-e.in:
			if f.last {
				return nil
			}
			*to = append(*to, f.message)
		case <-ctx.Done():
			e.giveUp()
			return ctx.Err()
		case <-e.broken:
			return e.why(ctx)
		}
	}
}

// why tells who broke the link: our other half may have done it for ctx.
func (e *End) why(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return ErrBroken
}
