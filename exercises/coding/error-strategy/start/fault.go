// Package fault gives errors a code, a message for clients, a trace id and a word on whether to try again.
package fault

import "context"

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

type layer struct{}

// Option says something about the error that is being wrapped.
type Option func(*layer)

// WithCode sets the kind of the error.
func WithCode(c Code) Option { return func(*layer) {} }

// WithMessage sets what the client is told.
func WithMessage(text string) Option { return func(*layer) {} }

// WithRetry says whether another try can help.
func WithRetry(retryable bool) Option { return func(*layer) {} }

// WithTrace returns a context that carries a trace id.
func WithTrace(ctx context.Context, id string) context.Context { return ctx }

// Wrap adds a layer around err.
func Wrap(ctx context.Context, op string, err error, opts ...Option) error { return err }

// Describe says what may be known about err.
func Describe(err error) Report { return Report{} }

// Call is one request to another service.
type Call struct {
	Op string
	Do func(ctx context.Context) error
}

// Gather runs all calls at the same time and returns their failures, joined.
func Gather(ctx context.Context, calls ...Call) error { return nil }
