// Package fault gives errors a code, a message for clients, a trace id and a word on whether to try again.
package fault

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
)

// Code is the kind of an error, the same in every service.
type Code string

// The codes, the worst first.
const (
	Internal    Code = "internal"
	Unavailable Code = "unavailable"
	Timeout     Code = "timeout"
	Conflict    Code = "conflict"
	NotFound    Code = "not_found"
	Invalid     Code = "invalid"
	Canceled    Code = "canceled"
)

// Sentence is what a client is told when nobody has written a message.
func (c Code) Sentence() string {
	switch c {
	case Unavailable:
		return "the service is not available at the moment"
	case Timeout:
		return "the request took too long"
	case Conflict:
		return "the request does not fit the current state"
	case NotFound:
		return "not found"
	case Invalid:
		return "the request is not valid"
	case Canceled:
		return "the request was canceled"
	default:
		return "something went wrong on our side"
	}
}

// Report is what may be known outside of an error.
type Report struct {
	Code      Code   `json:"code"`
	Message   string `json:"message"` // for the client
	TraceID   string `json:"trace_id,omitempty"`
	Retryable bool   `json:"retryable"`
}

// layer is what the options ask for; it becomes one small error type for each thing that was said.
type layer struct {
	code    Code
	message string
	retry   *bool
}

type (
	opError struct {
		op string
		error
	}
	codeError struct {
		code Code
		error
	}
	messageError struct {
		message string
		error
	}
	retryError struct {
		retry bool
		error
	}
	traceError struct {
		trace string
		error
	}
)

func (e opError) Error() string      { return fmt.Sprintf("%s: %v", e.op, e.error) }
func (e opError) Unwrap() error      { return e.error }
func (e codeError) Unwrap() error    { return e.error }
func (e messageError) Unwrap() error { return e.error }
func (e retryError) Unwrap() error   { return e.error }
func (e traceError) Unwrap() error   { return e.error }

// Option says something about the error that is being wrapped.
type Option func(*layer)

// WithCode sets the kind of the error.
func WithCode(c Code) Option {
	return func(l *layer) {
		if c != "" {
			l.code = known(c)
		}
	}
}

// WithMessage sets what the client is told.
func WithMessage(text string) Option {
	return func(l *layer) {
		if text != "" {
			l.message = text
		}
	}
}

// WithRetry says whether another try can help.
func WithRetry(retryable bool) Option {
	return func(l *layer) { l.retry = &retryable }
}

type contextKey int

const traceKey contextKey = 1

// WithTrace returns a context that carries a trace id.
func WithTrace(ctx context.Context, id string) context.Context {
	if id == "" {
		return ctx
	}
	return context.WithValue(ctx, traceKey, id)
}

func traceOf(ctx context.Context) string {
	id, _ := ctx.Value(traceKey).(string)
	return id
}

// Wrap adds a layer around err.
func Wrap(ctx context.Context, op string, err error, opts ...Option) error {
	if err == nil {
		return nil
	}
	var l layer
	for _, o := range opts {
		o(&l)
	}
	if l.code != "" {
		err = codeError{l.code, err}
	}
	if l.retry != nil { // outside of the code, over which it wins
		err = retryError{*l.retry, err}
	}
	if l.message != "" {
		err = messageError{l.message, err}
	}
	if id := traceOf(ctx); id != "" {
		err = traceError{id, err}
	}
	if op != "" {
		err = opError{op, err}
	}
	return err
}

var severity = []Code{Internal, Unavailable, Timeout, Conflict, NotFound, Invalid, Canceled}

func known(c Code) Code {
	if slices.Contains(severity, c) {
		return c
	}
	return Internal
}

func worse(a, b Code) Code {
	if slices.Index(severity, a) < slices.Index(severity, b) {
		return a
	}
	return b
}

func mayRetry(c Code) bool { return c == Unavailable || c == Timeout }

func codeOfLeaf(err error) Code {
	switch {
	case errors.Is(err, context.Canceled):
		return Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return Timeout
	default:
		return Internal
	}
}

// find looks for what say knows from the outside in; what the branches of a join know is put together by both.
func find[T any](err error, say func(error) (T, bool), both func(T, T) T) (T, bool) {
	if v, ok := say(err); ok {
		return v, true
	}
	var all T
	found := false
	for inner := range below(err) {
		v, ok := find(inner, say, both)
		switch {
		case ok && found:
			all = both(all, v)
		case ok:
			all, found = v, true
		}
	}
	return all, found
}

func below(err error) iter.Seq[error] {
	return func(yield func(error) bool) {
		switch x := err.(type) {
		case interface{ Unwrap() error }:
			if inner := x.Unwrap(); inner != nil {
				yield(inner)
			}
		case interface{ Unwrap() []error }:
			for _, inner := range x.Unwrap() {
				if inner != nil && !yield(inner) {
					return
				}
			}
		}
	}
}

func isLeaf(err error) bool {
	for range below(err) {
		return false
	}
	return true
}

// Describe says what may be known about err.
func Describe(err error) Report {
	if err == nil {
		return Report{}
	}
	var r Report
	r.Code, _ = find(err, func(e error) (Code, bool) {
		if c, ok := e.(codeError); ok {
			return c.code, true
		}
		return codeOfLeaf(e), isLeaf(e)
	}, worse)
	r.Retryable, _ = find(err, func(e error) (bool, bool) {
		switch e := e.(type) {
		case retryError:
			return e.retry, true
		case codeError:
			return mayRetry(e.code), true
		}
		return mayRetry(codeOfLeaf(e)), isLeaf(e)
	}, func(a, b bool) bool { return a && b })
	r.TraceID, _ = find(err, func(e error) (string, bool) {
		t, ok := e.(traceError)
		return t.trace, ok
	}, func(first, _ string) string { return first })
	messages, ok := find(err, func(e error) ([]string, bool) {
		m, ok := e.(messageError)
		return []string{m.message}, ok
	}, func(a, b []string) []string {
		for _, m := range b {
			if !slices.Contains(a, m) {
				a = append(a, m)
			}
		}
		return a
	})
	if ok {
		r.Message = strings.Join(messages, "; ")
	} else {
		r.Message = r.Code.Sentence()
	}
	return r
}

// Call is one request to another service.
type Call struct {
	Op string
	Do func(ctx context.Context) error
}

// Gather runs all calls at the same time and returns their failures, joined.
func Gather(ctx context.Context, calls ...Call) error {
	var (
		mu     sync.Mutex
		failed = map[int]error{}
		wg     sync.WaitGroup
	)
	for i, c := range calls {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := c.Do(ctx); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed[i] = Wrap(ctx, c.Op, err)
			}
		}()
	}
	wg.Wait()
	var inOrder []error
	for i := range calls {
		inOrder = append(inOrder, failed[i])
	}
	return errors.Join(inOrder...)
}
