// Package search asks several sources the same question at once.
package search

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
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
	idle []chan Source // each holds its source while nobody asks it
}

// New makes an Engine over sources, whose order it keeps.
func New(sources ...Source) *Engine {
	e := &Engine{}
	for _, s := range sources {
		c := make(chan Source, 1)
		c <- s
		e.idle = append(e.idle, c)
	}
	return e
}

// ask takes the source, asks it and puts it back.
func ask(ctx context.Context, idle chan Source, query string) (Answer, error) {
	var s Source
	select {
	case s = <-idle:
		defer func() { idle <- s }()
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	}
	if ctx.Err() != nil {
		return Answer{}, ctx.Err()
	}
	text, err := s.Ask(ctx, query)
	if err != nil {
		return Answer{}, fmt.Errorf("search: %s: %w", s.Name, err)
	}
	return Answer{Source: s.Name, Text: text}, nil
}

// settled is the cause of a call that was ended by its own outcome.
type settled struct {
	answer Answer
	err    error
}

func (*settled) Error() string { return "search: settled" }

// outcome reads the cause of a call that has ended.
func outcome(ctx context.Context) (Answer, error) {
	if s, ok := context.Cause(ctx).(*settled); ok {
		return s.answer, s.err
	}
	return Answer{}, ctx.Err()
}

// First returns the first good answer.
func (e *Engine) First(ctx context.Context, query string) (Answer, error) {
	if len(e.idle) == 0 {
		return Answer{}, ErrNoSources
	}
	ctx, release := context.WithTimeout(ctx, Timeout)
	defer release()
	ctx, settle := context.WithCancelCause(ctx)
	defer settle(nil)

	failures := make([]error, len(e.idle))
	var left atomic.Int64
	left.Store(int64(len(e.idle)))
	for i, idle := range e.idle {
		go func() {
			answer, err := ask(ctx, idle, query)
			if err == nil {
				settle(&settled{answer: answer}) // only the first cause counts
				return
			}
			failures[i] = err
			if left.Add(-1) == 0 {
				settle(&settled{err: errors.Join(failures...)})
			}
		}()
	}
	<-ctx.Done()
	return outcome(ctx)
}

// All returns the answers of all sources, in their order.
func (e *Engine) All(ctx context.Context, query string, progress func(answered int)) ([]Answer, error) {
	if len(e.idle) == 0 {
		return nil, ErrNoSources
	}
	ctx, release := context.WithTimeout(ctx, Timeout)
	defer release()
	ctx, settle := context.WithCancelCause(ctx)
	defer settle(nil)

	answers := make([]Answer, len(e.idle))
	var answered atomic.Int64
	for i, idle := range e.idle {
		go func() {
			answer, err := ask(ctx, idle, query)
			if err != nil {
				settle(&settled{err: err})
				return
			}
			answers[i] = answer
			if int(answered.Add(1)) == len(answers) {
				settle(&settled{})
			}
		}()
	}
	for {
		pulse, stop := ctx, context.CancelFunc(func() {})
		if progress != nil {
			pulse, stop = context.WithTimeout(ctx, Interval)
		}
		<-pulse.Done()
		stop()
		if ctx.Err() != nil {
			if _, err := outcome(ctx); err != nil {
				return nil, err
			}
			return answers, nil
		}
		progress(int(answered.Load()))
	}
}
