// Package peer lets two peers send to each other over one link.
package peer

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
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

// Exchange sends and receives in one select: an end that wants to send can always be sent to.
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

	out, in := e.out, e.in
	for out != nil || in != nil {
		next := frame{last: true}
		if r.Sent < len(outbox) {
			next = frame{message: outbox[r.Sent]}
		}
		pause := time.After(time.Duration(1+rand.IntN(20)) * 5 * time.Microsecond)
		if out != nil {
			select {
			case out <- next:
				if next.last {
					out = nil
				} else {
					r.Sent++
				}
				continue
			case <-pause:
			case <-ctx.Done():
				e.giveUp()
				return r, ctx.Err()
			case <-e.broken:
				return r, ErrBroken
			}
			pause = time.After(time.Duration(1+rand.IntN(20)) * 5 * time.Microsecond)
		}
		select {
		case <-pause:
		case f := <-in:
			if f.last {
				in = nil
			} else {
				r.Received = append(r.Received, f.message)
			}
		case <-ctx.Done():
			e.giveUp()
			return r, ctx.Err()
		case <-e.broken:
			return r, ErrBroken
		}
	}
	return r, nil
}
