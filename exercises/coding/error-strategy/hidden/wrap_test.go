package fault_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"assay.test/fault"
)

func TestWrappingKeepsTheChain(t *testing.T) {
	root := &driver{"users"}
	errSentinel := errors.New("sentinel")
	joined := fault.Wrap(bg, "both", errors.Join(errSentinel, fmt.Errorf("second: %w", root)))
	err := fault.Wrap(bg, "handler", fmt.Errorf("service: %w", fault.Wrap(bg, "store", joined, fault.WithCode(fault.Invalid))),
		fault.WithMessage("m"), fault.WithRetry(true))
	if !errors.Is(err, errSentinel) {
		t.Errorf("errors.Is for the first error of a join behind four layers: got false, want true")
	}
	if !errors.Is(err, root) {
		t.Errorf("errors.Is for the second error of a join behind four layers: got false, want true")
	}
	if !errors.Is(err, joined) {
		t.Errorf("errors.Is for the layer made first: got false, want true")
	}
	var d *driver
	if !errors.As(err, &d) || d != root {
		t.Errorf("errors.As for the type at the bottom: got %v, want %v", d, root)
	}
	if _, ok := errors.AsType[interface {
		error
		Unwrap() []error
	}](err); !ok {
		t.Errorf("errors.AsType for the join: got false, want true")
	}
	if f, ok := errors.AsType[fields](wrap(fields{"email"})); !ok || len(f) != 1 {
		t.Errorf("errors.AsType for an error that cannot be compared: got (%v, %v), want ([email], true)", []string(f), ok)
	}
	if errors.Is(err, errors.New("sentinel")) {
		t.Errorf("errors.Is for another error with the same text: got true, want false")
	}
	if errors.Is(coded(fault.NotFound), coded(fault.NotFound)) {
		t.Errorf("errors.Is for another error with the same code: got true, want false")
	}
	if !errors.Is(wrap(timeout{"db"}), context.DeadlineExceeded) {
		t.Errorf("errors.Is for what an Is method claims: got false, want true")
	}
}

func TestTextForLogs(t *testing.T) {
	cause := errors.New("cause")
	for _, r := range []struct {
		err  error
		want string
	}{
		{fault.Wrap(bg, "get", cause), "get: cause"},
		{fault.Wrap(bg, "", cause), "cause"},
		{fault.Wrap(bg, "get", cause, fault.WithCode(fault.NotFound), fault.WithMessage("message"), fault.WithRetry(true)), "get: cause"},
		{fault.Wrap(fault.WithTrace(bg, "id"), "a", fault.Wrap(bg, "b", fmt.Errorf("c: %w", cause))), "a: b: c: cause"},
		{fault.Wrap(bg, "a", fault.Wrap(bg, "", fault.Wrap(bg, "c", cause))), "a: c: cause"},
		{fault.Wrap(bg, "100%d", errors.New("%s%v")), "100%d: %s%v"},
		{fault.Wrap(bg, "all", errors.Join(cause, cause)), "all: cause\ncause"},
	} {
		if got := r.err.Error(); got != r.want {
			t.Errorf("text of a wrapped error: got %q, want %q", got, r.want)
		}
	}
}

func TestNilIsNeverTyped(t *testing.T) {
	ctx := fault.WithTrace(bg, "id")
	for name, opts := range map[string][]fault.Option{
		"no option":   nil,
		"a code":      {fault.WithCode(fault.Internal)},
		"all options": {fault.WithCode(fault.Internal), fault.WithMessage("m"), fault.WithRetry(true)},
	} {
		if err := fault.Wrap(ctx, "op", nil, opts...); err != nil {
			t.Errorf("Wrap of nil with %s: got a %T that is not nil, want nil", name, err)
		}
		if err := fault.Wrap(ctx, "outer", fault.Wrap(ctx, "inner", nil, opts...), opts...); err != nil {
			t.Errorf("Wrap of Wrap of nil with %s: got a %T that is not nil, want nil", name, err)
		}
	}
	fine := fault.Call{Op: "fine", Do: func(context.Context) error { return nil }}
	for n := range 3 {
		if err := fault.Gather(ctx, []fault.Call{fine, fine, fine}[:n]...); err != nil {
			t.Errorf("Gather of %d calls that succeed: got a %T that is not nil, want nil", n, err)
		}
	}
	if err := errors.Join(fault.Wrap(ctx, "op", nil), fault.Gather(ctx, fine)); err != nil {
		t.Errorf("errors.Join of Wrap of nil and Gather without failures: got %v, want nil", err)
	}
}

// An error is what was said when it was made.
func TestErrorsDoNotChange(t *testing.T) {
	opts := []fault.Option{fault.WithCode(fault.NotFound), fault.WithMessage("gone"), fault.WithRetry(true)}
	inner := fault.Wrap(bg, "inner", errors.New("cause"), opts...)
	same := fault.Wrap(bg, "same", errors.New("cause"), opts...)
	want := fault.Describe(inner)
	opts[0], opts[1], opts[2] = fault.WithCode(fault.Invalid), fault.WithMessage("bad"), fault.WithRetry(false)
	_ = fault.Wrap(fault.WithTrace(bg, "id"), "outer", inner, opts...)
	_ = errors.Join(inner, coded(fault.Internal))
	for name, err := range map[string]error{"an error": inner, "an error made with the same options": same} {
		if got := fault.Describe(err); got != want {
			t.Errorf("Describe of %s, after its options were put to other use and it was wrapped: got %+v, want %+v as before", name, got, want)
		}
	}
	if got, want := inner.Error(), "inner: cause"; got != want {
		t.Errorf("text of an error after it was wrapped: got %q, want %q", got, want)
	}
}
