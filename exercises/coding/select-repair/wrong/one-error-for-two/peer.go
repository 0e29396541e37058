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

// Exchange runs both directions side by side under one context; the first one that has to stop ends the other.
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

	both, stop := context.WithCancel(ctx)
	defer stop()
	var sentAll, receivedAll bool
	var why error
	var directions sync.WaitGroup
	directions.Go(func() {
		for !sentAll {
			next := frame{last: true}
			if r.Sent < len(outbox) {
				next = frame{message: outbox[r.Sent]}
			}
			select {
			case e.out <- next:
				if next.last {
					sentAll = true
				} else {
					r.Sent++
				}
			case <-both.Done():
				why = ctx.Err()
				return
			case <-e.broken:
				why = ErrBroken
				return
			}
		}
	})
	directions.Go(func() {
		for !receivedAll {
			select {
			case f := <-e.in:
				if f.last {
					receivedAll = true
				} else {
					r.Received = append(r.Received, f.message)
				}
			case <-both.Done():
				why = ctx.Err()
				return
			case <-e.broken:
				why = ErrBroken
				return
			}
		}
	})
	directions.Wait()
	switch {
	case sentAll && receivedAll:
		return r, nil
	case ctx.Err() != nil:
		e.giveUp()
		return r, ctx.Err()
	default:
		return r, why
	}
}
