package fault_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"assay.test/fault"
)

var errNoRows = errors.New("sql: no rows in result set")

func TestOneErrorThreeReaders(t *testing.T) {
	ctx := fault.WithTrace(context.Background(), "trace-1")
	// Three layers: the store, the service (not ours) and the handler.
	err := fault.Wrap(ctx, "select seats", errNoRows, fault.WithCode(fault.NotFound), fault.WithMessage("this seat does not exist"))
	err = fmt.Errorf("seat service: %w", err)
	err = fault.Wrap(context.Background(), "book", err)

	if !errors.Is(err, errNoRows) {
		t.Errorf("errors.Is for the error at the bottom: got false, want true")
	}
	if got, want := err.Error(), "book: seat service: select seats: sql: no rows in result set"; got != want {
		t.Errorf("text for the log: got %q, want %q", got, want)
	}
	want := fault.Report{Code: fault.NotFound, Message: "this seat does not exist", TraceID: "trace-1", Retryable: false}
	if got := fault.Describe(err); got != want {
		t.Errorf("Describe: got %+v, want %+v", got, want)
	}
}

func TestNoMessageMeansTheSentenceOfTheCode(t *testing.T) {
	err := fault.Wrap(context.Background(), "dial 10.0.0.7:5432", errors.New("connection refused"), fault.WithCode(fault.Unavailable))
	want := fault.Report{Code: fault.Unavailable, Message: "the service is not available at the moment", Retryable: true}
	if got := fault.Describe(err); got != want {
		t.Errorf("Describe: got %+v, want %+v", got, want)
	}
}

func TestNilStaysNil(t *testing.T) {
	if err := fault.Wrap(context.Background(), "op", nil, fault.WithCode(fault.Conflict)); err != nil {
		t.Errorf("Wrap of nil: got %#v, want nil", err)
	}
	if err := fault.Gather(context.Background()); err != nil {
		t.Errorf("Gather without calls: got %#v, want nil", err)
	}
	if got := fault.Describe(nil); got != (fault.Report{}) {
		t.Errorf("Describe of nil: got %+v, want the zero Report", got)
	}
}

func TestGatherJoinsTheFailures(t *testing.T) {
	ctx := fault.WithTrace(context.Background(), "trace-2")
	full := errors.New("disk full")
	err := fault.Gather(ctx,
		fault.Call{Op: "price", Do: func(context.Context) error { return nil }},
		fault.Call{Op: "seat", Do: func(context.Context) error { return errNoRows }},
		fault.Call{Op: "audit", Do: func(ctx context.Context) error {
			return fault.Wrap(ctx, "append", full, fault.WithCode(fault.Unavailable))
		}},
	)
	for _, want := range []error{errNoRows, full} {
		if !errors.Is(err, want) {
			t.Errorf("errors.Is(Gather(…), %q): got false, want true; the error is %v", want, err)
		}
	}
	want := fault.Report{Code: fault.Internal, Message: "something went wrong on our side", TraceID: "trace-2", Retryable: false}
	if got := fault.Describe(err); got != want {
		t.Errorf("Describe: got %+v, want %+v", got, want)
	}
}
