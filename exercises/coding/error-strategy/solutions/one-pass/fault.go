// Package fault gives errors a code, a message for clients, a trace id and a word on whether to try again.
package fault

import (
	"cmp"
	"context"
	"errors"
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

type layer struct {
	op   string
	err  error
	said facts
}

// facts are what is known of an error; what is not known is empty.
type facts struct {
	code     Code
	retry    answer
	trace    string
	messages []string
}

type answer int8

const (
	unknown answer = iota
	no
	yes
)

func answerOf(b bool) answer {
	if b {
		return yes
	}
	return no
}

// over fills what f does not know from what is known further in.
func (f facts) over(inner facts) facts {
	if f.retry == unknown && f.code != "" {
		f.retry = answerOf(mayRetry(f.code))
	}
	f.code = cmp.Or(f.code, inner.code)
	f.retry = cmp.Or(f.retry, inner.retry)
	f.trace = cmp.Or(f.trace, inner.trace)
	if len(f.messages) == 0 {
		f.messages = inner.messages
	}
	return f
}

// and puts two members of a join together.
func (f facts) and(g facts) facts {
	out := facts{code: worse(f.code, g.code), retry: min(f.retry, g.retry), trace: cmp.Or(f.trace, g.trace)}
	out.messages = slices.Clone(f.messages)
	for _, m := range g.messages {
		if !slices.Contains(out.messages, m) {
			out.messages = append(out.messages, m)
		}
	}
	return out
}

// Option says something about the error that is being wrapped.
type Option func(*layer)

// WithCode sets the kind of the error.
func WithCode(c Code) Option {
	return func(l *layer) {
		if c != "" {
			l.said.code = known(c)
		}
	}
}

// WithMessage sets what the client is told.
func WithMessage(text string) Option {
	return func(l *layer) {
		if text != "" {
			l.said.messages = []string{text}
		}
	}
}

// WithRetry says whether another try can help.
func WithRetry(retryable bool) Option {
	return func(l *layer) { l.said.retry = answerOf(retryable) }
}

type traceKey struct{}

// WithTrace returns a context that carries a trace id.
func WithTrace(ctx context.Context, id string) context.Context {
	if id == "" {
		return ctx
	}
	return context.WithValue(ctx, traceKey{}, id)
}

func traceOf(ctx context.Context) string {
	id, _ := ctx.Value(traceKey{}).(string)
	return id
}

// Wrap adds a layer around err.
func Wrap(ctx context.Context, op string, err error, opts ...Option) error {
	if err == nil {
		return nil
	}
	l := &layer{op: op, err: err, said: facts{trace: traceOf(ctx)}}
	for _, o := range opts {
		o(l)
	}
	return l
}

func (l *layer) Error() string {
	if l.op == "" {
		return l.err.Error()
	}
	return l.op + ": " + l.err.Error()
}

func (l *layer) Unwrap() error { return l.err }

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

// Describe says what may be known about err.
func Describe(err error) Report {
	if err == nil {
		return Report{}
	}
	f := learn(err)
	return Report{
		Code:      f.code,
		Message:   cmp.Or(strings.Join(f.messages, "; "), f.code.Sentence()),
		TraceID:   f.trace,
		Retryable: f.retry == yes,
	}
}

// learn visits every error of the tree once.
func learn(err error) facts {
	switch x := err.(type) {
	case *layer:
		return x.said.over(learn(x.err))
	case interface{ Unwrap() error }:
		if inner := x.Unwrap(); inner != nil {
			return learn(inner)
		}
	case interface{ Unwrap() []error }:
		members := slices.DeleteFunc(slices.Clone(x.Unwrap()), func(e error) bool { return e == nil })
		if len(members) > 0 {
			all := learn(members[0])
			for _, e := range members[1:] {
				all = all.and(learn(e))
			}
			return all
		}
	}
	c := codeOfLeaf(err)
	return facts{code: c, retry: answerOf(mayRetry(c))}
}

// Call is one request to another service.
type Call struct {
	Op string
	Do func(ctx context.Context) error
}

// Gather runs all calls at the same time and returns their failures, joined.
func Gather(ctx context.Context, calls ...Call) error {
	failures := make([]error, len(calls))
	var wg sync.WaitGroup
	for i, c := range calls {
		wg.Go(func() { failures[i] = Wrap(ctx, c.Op, c.Do(ctx)) })
	}
	wg.Wait()
	return errors.Join(failures...)
}
