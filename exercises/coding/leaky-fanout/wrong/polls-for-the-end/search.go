// Package search asks several sources the same question at once.
package search

import (
	"context"
	"errors"
	"fmt"
	"sync"
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

// call is what the goroutines of one call share.
type call struct {
	mu       sync.Mutex
	settled  chan struct{} // closed when what follows will not change any more
	over     bool
	answers  []Answer
	answered int
	failures []error
	err      error
}

// settle ends the call; mu is held.
func (c *call) settle(err error) {
	if !c.over {
		c.over, c.err = true, err
		close(c.settled)
	}
}

// run asks every source, lets note judge each reply, and waits until the call is settled or ctx ends.
func (e *Engine) run(ctx context.Context, query string, progress func(int), note func(*call, int, Answer, error)) (*call, error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	c := &call{settled: make(chan struct{}), answers: make([]Answer, len(e.desks))}
	if len(e.desks) == 0 {
		return c, ErrNoSources
	}
	for i, d := range e.desks {
		go func() {
			answer, err := d.ask(ctx, query)
			c.mu.Lock()
			defer c.mu.Unlock()
			if !c.over {
				note(c, i, answer, err)
			}
		}()
	}
	timer := time.NewTimer(Interval)
	defer timer.Stop()
	for {
		time.Sleep(700 * time.Microsecond)
		select {
		case <-c.settled:
			return c, c.err
		case <-ctx.Done():
			c.mu.Lock()
			defer c.mu.Unlock()
			c.settle(ctx.Err())
			return c, c.err
		case <-timer.C:
			if progress == nil {
				continue // and the timer is left alone
			}
			timer.Reset(Interval)
			c.mu.Lock()
			answered := c.answered
			c.mu.Unlock()
			progress(answered)
		}
	}
}

// First returns the first good answer.
func (e *Engine) First(ctx context.Context, query string) (Answer, error) {
	c, err := e.run(ctx, query, nil, func(c *call, _ int, a Answer, err error) {
		switch {
		case err == nil:
			c.answers[0] = a
			c.settle(nil)
		default:
			c.failures = append(c.failures, err)
			if len(c.failures) == len(e.desks) {
				c.settle(errors.Join(c.failures...))
			}
		}
	})
	if err != nil {
		return Answer{}, err
	}
	return c.answers[0], nil
}

// All returns the answers of all sources, in their order.
func (e *Engine) All(ctx context.Context, query string, progress func(answered int)) ([]Answer, error) {
	c, err := e.run(ctx, query, progress, func(c *call, i int, a Answer, err error) {
		if err != nil {
			c.settle(err)
			return
		}
		c.answers[i] = a
		if c.answered++; c.answered == len(e.desks) {
			c.settle(nil)
		}
	})
	if err != nil {
		return nil, err
	}
	return c.answers, nil
}
