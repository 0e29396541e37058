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
	// Timeout bounds every call.
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
	turn sync.Mutex
}

// New makes an Engine over sources, whose order it keeps.
func New(sources ...Source) *Engine {
	e := &Engine{}
	for _, s := range sources {
		e.desks = append(e.desks, &desk{Source: s})
	}
	return e
}

// ask waits for its turn and asks.
func (d *desk) ask(ctx context.Context, query string) (Answer, error) {
	d.turn.Lock()
	if err := ctx.Err(); err != nil {
		return Answer{}, err // too late, the source need not be troubled
	}
	text, err := d.Ask(ctx, query)
	d.turn.Unlock()
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

// First returns the first good answer.
func (e *Engine) First(ctx context.Context, query string) (Answer, error) {
	if len(e.desks) == 0 {
		return Answer{}, ErrNoSources
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	replies := make(chan reply)
	for i, d := range e.desks {
		go func() {
			answer, err := d.ask(ctx, query)
			replies <- reply{i, answer, err}
		}()
	}
	var failures []error
	for range e.desks {
		select {
		case r := <-replies:
			if r.err == nil {
				return r.answer, nil
			}
			failures = append(failures, r.err)
		case <-ctx.Done():
			defer cancel()
			return Answer{}, ctx.Err()
		}
	}
	cancel()
	return Answer{}, errors.Join(failures...)
}

// All returns the answers of all sources, in their order.
func (e *Engine) All(ctx context.Context, query string, progress func(answered int)) ([]Answer, error) {
	if len(e.desks) == 0 {
		return nil, ErrNoSources
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()

	var mu sync.Mutex // guards what follows
	var ended bool
	answers := make([]Answer, len(e.desks))
	answered := 0
	finish := make(chan error, 1) // the outcome, once

	replies := make(chan reply)
	go func() { // collects
		for r := range replies {
			mu.Lock()
			if !ended {
				answers[r.index] = r.answer
				answered++
				if ended = r.err != nil || answered == len(e.desks); ended {
					finish <- r.err
				}
			}
			mu.Unlock()
		}
	}()
	for i, d := range e.desks {
		go func() {
			answer, err := d.ask(ctx, query)
			replies <- reply{i, answer, err}
		}()
	}
	if progress != nil {
		ticker := time.NewTicker(Interval)
		go func() { // reports
			for range ticker.C {
				mu.Lock()
				if !ended {
					progress(answered)
				}
				mu.Unlock()
			}
		}()
	}

	select {
	case err := <-finish:
		if err != nil {
			return nil, err
		}
		return answers, nil
	case <-ctx.Done():
		mu.Lock()
		defer mu.Unlock()
		ended = true
		return nil, ctx.Err()
	}
}
