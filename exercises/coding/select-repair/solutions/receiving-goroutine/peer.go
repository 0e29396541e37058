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

// Exchange sends while a goroutine of its own collects.
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

	inbox := make(chan []Message, 1) // given once, whole or not
	whole := make(chan struct{})
	quit := make(chan struct{})
	go func() {
		var all []Message
		defer func() { inbox <- all }()
		for {
			select {
			case f := <-e.in:
				if f.last {
					close(whole)
					return
				}
				all = append(all, f.message)
			case <-quit:
				return
			}
		}
	}()

	err := func() error {
		wait := func(out chan<- frame, f frame, in <-chan struct{}) error {
			select {
			case out <- f:
				return nil
			case <-in:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			case <-e.broken:
				return ErrBroken
			}
		}
		for _, m := range outbox {
			if err := wait(e.out, frame{message: m}, nil); err != nil {
				return err
			}
			r.Sent++
		}
		if err := wait(e.out, frame{last: true}, nil); err != nil {
			return err
		}
		return wait(nil, frame{}, whole)
	}()
	close(quit)
	r.Received = <-inbox
	if err != nil && err != ErrBroken {
		e.giveUp()
	}
	return r, err
}
