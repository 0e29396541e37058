// Package fault gives errors a code, a message for clients, a trace id and a word on whether to try again.
package fault

import (
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
	op, trace string
	err       error
	code      Code   // empty: not said
	message   string // empty: not said
	retry     *bool  // nil: not said
}

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
	l := &layer{op: op, err: err, trace: traceOf(ctx)}
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

// below returns what err wraps, without nils; none for a leaf.
func below(err error) []error {
	switch x := err.(type) {
	case interface{ Unwrap() error }:
		if inner := x.Unwrap(); inner != nil {
			return []error{inner}
		}
	case interface{ Unwrap() []error }:
		var members []error
		for _, m := range x.Unwrap() {
			if m != nil {
				members = append(members, m)
			}
		}
		return members
	}
	return nil
}

// Describe says what may be known about err.
func Describe(err error) Report {
	if err == nil {
		return Report{}
	}
	r := Report{Code: codeOf(err), TraceID: traceIn(err), Retryable: retryable(err)}
	r.Message = strings.Join(messages(err), "; ")
	if r.Message == "" {
		r.Message = r.Code.Sentence()
	}
	return r
}

func codeOf(err error) Code {
	if l, ok := err.(*layer); ok && l.code != "" {
		return l.code
	}
	inner := below(err)
	if len(inner) == 0 {
		return codeOfLeaf(err)
	}
	worst := codeOf(inner[0])
	for _, e := range inner[1:] {
		worst = worse(codeOf(e), worst)
	}
	return worst
}

func retryable(err error) bool {
	if l, ok := err.(*layer); ok {
		if l.retry != nil {
			return *l.retry
		}
		if l.code != "" {
			return mayRetry(l.code)
		}
	}
	inner := below(err)
	if len(inner) == 0 {
		return mayRetry(codeOfLeaf(err))
	}
	for _, e := range inner {
		if !retryable(e) {
			return false
		}
	}
	return true
}

func traceIn(err error) string {
	if l, ok := err.(*layer); ok && l.trace != "" {
		return l.trace
	}
	for _, e := range below(err) {
		if id := traceIn(e); id != "" {
			return id
		}
	}
	return ""
}

// messages returns one message of a layer, or those of the members of a join that are no repetition.
func messages(err error) []string {
	if l, ok := err.(*layer); ok && l.message != "" {
		return []string{l.message}
	}
	var all []string
	for _, e := range below(err) {
		for _, m := range messages(e) {
			all = append(all, m)
		}
	}
	return all
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
