// Package fault gives errors a code, a message for clients, a trace id and a word on whether to try again.
package fault

import (
	"context"
	"errors"
	"slices"
	"strings"
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

// layer is an error whose report was worked out when it was made: what is inside cannot change any more.
type layer struct {
	op, trace string
	err       error
	code      Code
	message   string
	retry     *bool
	summary   summary
}

type summary struct {
	code      Code
	retryable bool
	trace     string
	messages  []string
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
	l.summary = l.summarise()
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

func (l *layer) summarise() summary {
	s := summarise(l.err)
	if l.code != "" {
		s.code, s.retryable = l.code, mayRetry(l.code)
	}
	if l.retry != nil {
		s.retryable = *l.retry
	}
	if l.trace != "" {
		s.trace = l.trace
	}
	if l.message != "" {
		s.messages = []string{l.message}
	}
	return s
}

func summarise(err error) summary {
	for {
		if l, ok := err.(*layer); ok {
			return l.summary
		}
		u, ok := err.(interface{ Unwrap() error })
		if !ok || u.Unwrap() == nil {
			break
		}
		err = u.Unwrap()
	}
	if join, ok := err.(interface{ Unwrap() []error }); ok {
		var all summary
		found := false
		for _, e := range join.Unwrap() {
			if e == nil {
				continue
			}
			s := summarise(e)
			if !found {
				all, found = s, true
				all.messages = slices.Clone(s.messages)
				continue
			}
			all.code = worse(all.code, s.code)
			all.retryable = all.retryable && s.retryable
			if all.trace == "" {
				all.trace = s.trace
			}
			for _, m := range s.messages {
				if !slices.Contains(all.messages, m) {
					all.messages = append(all.messages, m)
				}
			}
		}
		if found {
			return all
		}
	}
	c := codeOfLeaf(err)
	return summary{code: c, retryable: mayRetry(c)}
}

// Describe says what may be known about err.
func Describe(err error) Report {
	if err == nil {
		return Report{}
	}
	s := summarise(err)
	r := Report{Code: s.code, Message: s.code.Sentence(), TraceID: s.trace, Retryable: s.retryable}
	if len(s.messages) > 0 {
		r.Message = strings.Join(s.messages, "; ")
	}
	return r
}

// Call is one request to another service.
type Call struct {
	Op string
	Do func(ctx context.Context) error
}

type failures []error

func (f failures) Error() string {
	var b strings.Builder
	for i, err := range f {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(err.Error())
	}
	return b.String()
}

func (f failures) Unwrap() []error { return f }

// Gather runs all calls at the same time and returns their failures, joined.
func Gather(ctx context.Context, calls ...Call) error {
	type failure struct {
		call int
		err  error
	}
	results := make(chan failure, len(calls))
	for i, c := range calls {
		go func() { results <- failure{i, Wrap(ctx, c.Op, c.Do(ctx))} }()
	}
	for range calls {
		r := <-results
		if r.err != nil {
			return failures{r.err}
		}
	}
	return nil
}
