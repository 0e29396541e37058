package fault_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/fault"
)

func call(op string, do func(context.Context) error) fault.Call { return fault.Call{Op: op, Do: do} }

// members returns the errors of the first join in err.
func members(err error) []error {
	for err != nil {
		switch x := err.(type) {
		case interface{ Unwrap() []error }:
			return x.Unwrap()
		case interface{ Unwrap() error }:
			err = x.Unwrap()
		default:
			return nil
		}
	}
	return nil
}

// Later calls finish first; the order is still that of the calls.
func TestGatherKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 8
		var calls []fault.Call
		var want []string
		for i := range n {
			op := fmt.Sprintf("call %d", i)
			calls = append(calls, call(op, func(context.Context) error {
				time.Sleep(time.Duration(n-i) * time.Second)
				if i%3 == 0 {
					return nil
				}
				return fmt.Errorf("cause %d", i)
			}))
			if i%3 != 0 {
				want = append(want, fmt.Sprintf("call %d: cause %d", i, i))
			}
		}
		err := fault.Gather(bg, calls...)
		var got []string
		for _, m := range members(err) {
			got = append(got, m.Error())
		}
		if !slices.Equal(got, want) {
			t.Errorf("members of Gather's error: got %q, want %q", got, want)
		}
	})
}

func TestGatherRunsAllAtOnceAndWaitsForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 20
		var met sync.WaitGroup
		met.Add(n)
		var ended atomic.Int64
		var calls []fault.Call
		for i := range n {
			calls = append(calls, call("call", func(ctx context.Context) error {
				met.Done()
				if i == 0 {
					ended.Add(1)
					return errors.New("at once")
				}
				met.Wait() // ends only if all calls run
				time.Sleep(time.Duration(i) * time.Second)
				ended.Add(1)
				return ctx.Err()
			}))
		}
		ctx, cancel := context.WithCancel(bg)
		defer cancel()
		begun := time.Now()
		err := fault.Gather(ctx, calls...)
		if got := ended.Load(); got != n {
			t.Errorf("calls that had returned when Gather did: got %d, want %d", got, n)
		}
		if got, want := time.Since(begun), (n-1)*time.Second; got != want {
			t.Errorf("time that Gather took: got %v, want %v, that of the longest call", got, want)
		}
		if got := len(members(err)); got != 1 {
			t.Errorf("failures when one call fails and nobody cancels: got %d (%v), want 1", got, err)
		}
	})
}

func TestGatherHandsTheContextOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(fault.WithTrace(bg, "id"), time.Minute)
		defer cancel()
		wait := func(ctx context.Context) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Hour):
				return nil
			}
		}
		err := fault.Gather(ctx, call("a", wait), call("b", wait))
		want := fault.Report{Code: fault.Timeout, Message: fault.Timeout.Sentence(), TraceID: "id", Retryable: true}
		if got := fault.Describe(err); got != want {
			t.Errorf("Describe of Gather's error after the deadline of its context: got %+v, want %+v", got, want)
		}
		if got := len(members(err)); got != 2 {
			t.Errorf("failures after the deadline of the context: got %d, want 2", got)
		}
	})
}

func TestGatherIsDescribedAsAJoin(t *testing.T) {
	root := &driver{"users"}
	err := fault.Gather(bg,
		call("a", func(context.Context) error { return coded(fault.Canceled) }),
		call("b", func(context.Context) error {
			return wrap(root, fault.WithCode(fault.Conflict), fault.WithMessage("taken"))
		}),
		call("c", func(context.Context) error { return nil }),
		call("d", func(context.Context) error { return told("try later") }),
		call("e", func(context.Context) error { return errors.Join(traced("inner"), fields{"x"}) }),
	)
	want := fault.Report{Code: fault.Internal, Message: "taken; try later", TraceID: "inner"}
	if got := fault.Describe(err); got != want {
		t.Errorf("Describe of Gather's error: got %+v, want %+v", got, want)
	}
	if !errors.Is(err, root) {
		t.Errorf("errors.Is(Gather(…), the second call's cause): got false, want true")
	}
	if got := len(members(err)); got != 4 {
		t.Errorf("members of Gather's error when 4 calls fail: got %d, want 4", got)
	}
}

// One error, many readers, as when a failed load is shared by all that waited for it.
func TestOneErrorManyReaders(t *testing.T) {
	opts := []fault.Option{fault.WithMessage("later")}
	for range 50 {
		shared := fault.Wrap(fault.WithTrace(bg, "id"), "load", errors.Join(timeout{"db"}, coded(fault.NotFound)), opts...)
		text, want := "load: "+errors.Join(timeout{"db"}, coded(fault.NotFound)).Error(),
			fault.Report{Code: fault.Timeout, Message: "later", TraceID: "id"}
		start := make(chan struct{})
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				<-start
				if got := fault.Describe(shared); got != want {
					t.Errorf("Describe of a shared error: got %+v, want %+v", got, want)
				}
				own := fault.Wrap(bg, "own", shared, opts...)
				if got := own.Error(); got != "own: "+text {
					t.Errorf("text of a layer around a shared error: got %q, want %q", got, "own: "+text)
				}
				if !errors.Is(own, context.DeadlineExceeded) {
					t.Errorf("errors.Is of a layer around a shared error: got false, want true")
				}
			})
		}
		close(start)
		wg.Wait()
		if t.Failed() {
			return
		}
	}
}
