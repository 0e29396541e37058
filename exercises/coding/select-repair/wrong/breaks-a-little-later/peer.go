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
	first  bool          // whether this end speaks first
	broken chan struct{} // closed when either end has given up
	giveUp func()        // closes broken, once
}

// Connect makes a link and returns its two ends.
func Connect() (a, b *End) {
	there, back := make(chan frame), make(chan frame)
	broken := make(chan struct{})
	giveUp := sync.OnceFunc(func() { close(broken) })
	a = &End{first: true, out: there, in: back, broken: broken, giveUp: giveUp}
	b = &End{out: back, in: there, broken: broken, giveUp: giveUp}
	return a, b
}

// Exchange goes in two steps, in opposite order at the two ends.
func (e *End) Exchange(ctx context.Context, outbox []Message) (Result, error) {
	var r Result
	if err := ctx.Err(); err != nil {
		go e.giveUp()
		return r, err
	}
	select {
	case <-e.broken:
		return r, ErrBroken
	default:
	}

	steps := []func(context.Context, []Message, *Result) error{e.speak, e.listen}
	if !e.first {
		steps[0], steps[1] = steps[1], steps[0]
	}
	for _, step := range steps {
		if err := step(ctx, outbox, &r); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (e *End) speak(ctx context.Context, outbox []Message, r *Result) error {
	for {
		next := frame{last: r.Sent == len(outbox)}
		if !next.last {
			next.message = outbox[r.Sent]
		}
		select {
		case e.out <- next:
			if next.last {
				return nil
			}
			r.Sent++
		case <-ctx.Done():
			go e.giveUp()
			return ctx.Err()
		case <-e.broken:
			return ErrBroken
		}
	}
}

func (e *End) listen(ctx context.Context, _ []Message, r *Result) error {
	for {
		select {
		case f := <-e.in:
			if f.last {
				return nil
			}
			r.Received = append(r.Received, f.message)
		case <-ctx.Done():
			go e.giveUp()
			return ctx.Err()
		case <-e.broken:
			return ErrBroken
		}
	}
}
