// Package search asks several sources the same question at once.
package search

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// Timeout bounds every question.
	Timeout = 10 * time.Second
	// Interval is the time between two calls of progress.
	Interval = 100 * time.Millisecond
)

// ErrNoSources is returned by an Engine that has nobody to ask.
var ErrNoSources = errors.New("search: no sources")

// Source answers questions, one at a time.
type Source struct {
	Name string
	Ask  func(ctx context.Context, query string) (string, error)
}

// Answer is what a source said.
type Answer struct {
	Source string
	Text   string
}

// Engine asks its sources.
type Engine struct {
	desks []*desk
}

// desk is where calls wait for their turn at a source.
type desk struct {
	Source
	turn chan struct{} // holds one while somebody is asking
}

// New makes an Engine over sources, whose order it keeps.
func New(sources ...Source) *Engine {
	e := &Engine{}
	for _, s := range sources {
		e.desks = append(e.desks, &desk{Source: s, turn: make(chan struct{}, 1)})
	}
	return e
}

// ask waits for its turn and asks. Unlike a mutex, a channel can be given up on.
func (d *desk) ask(ctx context.Context, query string) (Answer, error) {
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	}
	if err := ctx.Err(); err != nil { // select may have taken the turn all the same
		return Answer{}, err
	}
	text, err := d.Ask(ctx, query)
	if err != nil {
		return Answer{}, fmt.Errorf("search: %s: %w", d.Name, err)
	}
	return Answer{Source: d.Name, Text: text}, nil
}

type reply struct {
	index  int
	answer Answer
	err    error
}

// ask starts one goroutine a source. The channel has room for every reply: who comes late leaves it there and goes.
func (e *Engine) ask(ctx context.Context, query string) <-chan reply {
	replies := make(chan reply)
	for i, d := range e.desks {
		go func() {
			answer, err := d.ask(ctx, query)
			select {
			case replies <- reply{i, answer, err}:
			default: // somebody else was faster
			}
		}()
	}
	return replies
}

// First returns the first good answer.
func (e *Engine) First(ctx context.Context, query string) (Answer, error) {
	if len(e.desks) == 0 {
		return Answer{}, ErrNoSources
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	replies := e.ask(ctx, query)
	var failures []error
	for range e.desks {
		select {
		case r := <-replies:
			if r.err == nil {
				return r.answer, nil
			}
			failures = append(failures, r.err)
		case <-ctx.Done():
			return Answer{}, ctx.Err()
		}
	}
	return Answer{}, errors.Join(failures...)
}

// All returns the answers of all sources, in their order.
func (e *Engine) All(ctx context.Context, query string, progress func(answered int)) ([]Answer, error) {
	if len(e.desks) == 0 {
		return nil, ErrNoSources
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	var tick <-chan time.Time // never ready when nobody wants to know
	if progress != nil {
		ticker := time.NewTicker(Interval)
		defer ticker.Stop()
		tick = ticker.C
	}
	replies := e.ask(ctx, query)
	answers := make([]Answer, len(e.desks))
	for answered := 0; answered < len(answers); {
		select {
		case r := <-replies:
			if r.err != nil {
				return nil, r.err
			}
			answers[r.index] = r.answer
			answered++
		case <-tick:
			progress(answered)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return answers, nil
}
