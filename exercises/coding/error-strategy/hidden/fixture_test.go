package fault_test

import (
	"context"
	"errors"
	"testing"

	"assay.test/fault"
)

var bg = context.Background()

// Errors of other people.
type (
	// wrapper is a layer that knows nothing of ours.
	wrapper struct {
		text  string
		inner error
	}
	// branches is a join; it may hold nils.
	branches []error
	// fields cannot be compared, as errors of validators often cannot.
	fields []string
	// timeout claims to be a deadline, as the errors of package net do.
	timeout struct{ host string }
	// aborted claims to be a cancellation.
	aborted struct{}
	// driver carries what clients must not see.
	driver struct{ table string }
)

func (w wrapper) Error() string { return w.text }
func (w wrapper) Unwrap() error { return w.inner }

func (b branches) Error() string   { return "branches" }
func (b branches) Unwrap() []error { return b }

func (f fields) Error() string { return "bad fields" }

func (t timeout) Error() string      { return "i/o " + t.host }
func (timeout) Is(target error) bool { return target == context.DeadlineExceeded }

func (aborted) Error() string        { return "operation aborted" }
func (aborted) Is(target error) bool { return target == context.Canceled }

func (d *driver) Error() string { return "relation " + d.table + " does not exist" }

func wrap(err error, opts ...fault.Option) error { return fault.Wrap(bg, "op", err, opts...) }

func coded(c fault.Code) error { return wrap(errors.New("cause"), fault.WithCode(c)) }

func told(text string) error { return wrap(errors.New("cause"), fault.WithMessage(text)) }

func traced(id string) error {
	return fault.Wrap(fault.WithTrace(bg, id), "op", errors.New("cause"))
}

// each runs one check per row and goes on after a failure, so that a candidate sees all rows that fail.
type row[T any] struct {
	name string
	err  error
	want T
}

func each[T comparable](t *testing.T, what string, field func(fault.Report) T, rows []row[T]) {
	t.Helper()
	for _, r := range rows {
		if got := field(fault.Describe(r.err)); got != r.want {
			t.Errorf("%s of %s: got %v, want %v", what, r.name, got, r.want)
		}
	}
}

func code(r fault.Report) fault.Code    { return r.Code }
func message(r fault.Report) string     { return r.Message }
func trace(r fault.Report) string       { return r.TraceID }
func retryable(r fault.Report) bool     { return r.Retryable }
func whole(r fault.Report) fault.Report { return r }
