package fault_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"assay.test/fault"
)

// worst lists the codes in the order of the contract.
var worst = []fault.Code{
	fault.Internal, fault.Unavailable, fault.Timeout, fault.Conflict, fault.NotFound, fault.Invalid, fault.Canceled,
}

func TestOutermostCodeDecides(t *testing.T) {
	each(t, "Code", code, []row[fault.Code]{
		{"one layer with NotFound", coded(fault.NotFound), fault.NotFound},
		{"a silent layer around NotFound", wrap(coded(fault.NotFound)), fault.NotFound},
		{"NotFound behind a layer of somebody else", fmt.Errorf("get: %w", coded(fault.NotFound)), fault.NotFound},
		{"Conflict around Internal", wrap(coded(fault.Internal), fault.WithCode(fault.Conflict)), fault.Conflict},
		{"Internal around Canceled", wrap(coded(fault.Canceled), fault.WithCode(fault.Internal)), fault.Internal},
		{"a layer with an empty code around Invalid", wrap(coded(fault.Invalid), fault.WithCode("")), fault.Invalid},
		{"a layer with Invalid, then an empty code", wrap(coded(fault.Internal), fault.WithCode(fault.Invalid), fault.WithCode("")), fault.Invalid},
		{"a layer with Invalid, then Conflict", wrap(errors.New("cause"), fault.WithCode(fault.Invalid), fault.WithCode(fault.Conflict)), fault.Conflict},
		{"a layer that only has a message around NotFound", wrap(coded(fault.NotFound), fault.WithMessage("gone")), fault.NotFound},
		{"a layer that only has WithRetry around NotFound", wrap(coded(fault.NotFound), fault.WithRetry(true)), fault.NotFound},
		{"NotFound around a canceled context", wrap(context.Canceled, fault.WithCode(fault.NotFound)), fault.NotFound},
		{"a layer with a code that is none of the seven", coded("users.email"), fault.Internal},
		{"a code that is none of the seven around NotFound", wrap(coded(fault.NotFound), fault.WithCode("teapot")), fault.Internal},
	})
}

func TestCodeOfForeignErrors(t *testing.T) {
	each(t, "Code", code, []row[fault.Code]{
		{"an error of somebody else", errors.New("cause"), fault.Internal},
		{"a silent layer around it", wrap(errors.New("cause")), fault.Internal},
		{"context.Canceled", context.Canceled, fault.Canceled},
		{"context.DeadlineExceeded", context.DeadlineExceeded, fault.Timeout},
		{"context.DeadlineExceeded behind three layers", wrap(fmt.Errorf("get: %w", wrap(context.DeadlineExceeded))), fault.Timeout},
		{"an error whose Is method says context.DeadlineExceeded", wrap(timeout{"db-1"}), fault.Timeout},
		{"an error whose Is method says context.Canceled", wrap(aborted{}), fault.Canceled},
		{`an error that only has the text "context canceled"`, wrap(errors.New("context canceled")), fault.Internal},
		{`an error that only has the text "timeout: deadline exceeded, not found"`, wrap(errors.New("timeout: deadline exceeded, not found")), fault.Internal},
		{"a deadline formatted with %v", wrap(fmt.Errorf("get: %v", context.DeadlineExceeded)), fault.Internal},
		{"a deadline behind a layer with another text", wrap(wrapper{"try later", context.DeadlineExceeded}), fault.Timeout},
	})
}

func TestCodeOfAJoinIsTheWorst(t *testing.T) {
	for i, a := range worst {
		for j, b := range worst {
			want := worst[min(i, j)]
			for _, err := range []error{
				errors.Join(coded(a), coded(b)),
				wrap(errors.Join(wrap(coded(a)), fmt.Errorf("get: %w", coded(b)))),
				fmt.Errorf("%w, and then %w", coded(a), coded(b)),
				wrap(errors.Join(errors.Join(coded(a), coded(a)), coded(b))),
			} {
				if got := fault.Describe(err).Code; got != want {
					t.Fatalf("Code of a join of %s and %s: got %s, want %s", a, b, got, want)
				}
			}
		}
	}
	each(t, "Code", code, []row[fault.Code]{
		{"a join of context.Canceled and Unavailable", errors.Join(context.Canceled, coded(fault.Unavailable)), fault.Unavailable},
		{"a join of Unavailable and context.Canceled", errors.Join(coded(fault.Unavailable), context.Canceled), fault.Unavailable},
		{"a join of a foreign error and NotFound", errors.Join(errors.New("cause"), coded(fault.NotFound)), fault.Internal},
		{"a join of NotFound and a foreign error", errors.Join(coded(fault.NotFound), errors.New("cause")), fault.Internal},
		{"a layer with Invalid around a join", wrap(errors.Join(coded(fault.NotFound), coded(fault.Internal)), fault.WithCode(fault.Invalid)), fault.Invalid},
		{"a join of one", errors.Join(coded(fault.Conflict)), fault.Conflict},
		{"a join of Canceled and Canceled", errors.Join(coded(fault.Canceled), context.Canceled), fault.Canceled},
	})
}

func TestRetryable(t *testing.T) {
	rows := []row[bool]{
		{"an error of somebody else", errors.New("cause"), false},
		{"context.Canceled", wrap(context.Canceled), false},
		{"context.DeadlineExceeded", wrap(context.DeadlineExceeded), true},
		{"WithRetry(true) around an error of somebody else", wrap(errors.New("cause"), fault.WithRetry(true)), true},
		{"WithRetry(false) around Unavailable", wrap(coded(fault.Unavailable), fault.WithRetry(false)), false},
		{"Unavailable with WithRetry(false) in one layer", wrap(errors.New("cause"), fault.WithRetry(false), fault.WithCode(fault.Unavailable)), false},
		{"Conflict with WithRetry(true) in one layer", wrap(errors.New("cause"), fault.WithCode(fault.Conflict), fault.WithRetry(true)), true},
		{"WithRetry(true), then WithRetry(false)", wrap(errors.New("cause"), fault.WithRetry(true), fault.WithRetry(false)), false},
		{"a silent layer around Conflict with WithRetry(true)", wrap(wrap(coded(fault.Conflict), fault.WithRetry(true))), true},
		{"a layer with a message around Unavailable", wrap(coded(fault.Unavailable), fault.WithMessage("later")), true},
		{"Invalid around WithRetry(true)", wrap(wrap(errors.New("cause"), fault.WithRetry(true)), fault.WithCode(fault.Invalid)), false},
		{"Unavailable around WithRetry(false)", wrap(wrap(errors.New("cause"), fault.WithRetry(false)), fault.WithCode(fault.Unavailable)), true},
		{"Internal around a deadline", wrap(context.DeadlineExceeded, fault.WithCode(fault.Internal)), false},
		{"a join of Unavailable and Timeout", errors.Join(coded(fault.Unavailable), coded(fault.Timeout)), true},
		{"a join of Unavailable and NotFound", errors.Join(coded(fault.Unavailable), coded(fault.NotFound)), false},
		{"a join of NotFound and Unavailable", errors.Join(coded(fault.NotFound), coded(fault.Unavailable)), false},
		{"a join of Unavailable with WithRetry(false) and Timeout", errors.Join(wrap(coded(fault.Unavailable), fault.WithRetry(false)), coded(fault.Timeout)), false},
		{"a join of Unavailable and Conflict with WithRetry(true)", errors.Join(coded(fault.Unavailable), wrap(coded(fault.Conflict), fault.WithRetry(true))), true},
		{"WithRetry(true) around a join with NotFound", wrap(errors.Join(coded(fault.NotFound), coded(fault.Unavailable)), fault.WithRetry(true)), true},
		{"a join of a deadline and a cancellation", errors.Join(context.DeadlineExceeded, context.Canceled), false},
	}
	for _, c := range worst {
		rows = append(rows, row[bool]{"one layer with " + string(c), coded(c), c == fault.Unavailable || c == fault.Timeout})
	}
	each(t, "Retryable", retryable, rows)
}

func TestTraceIDIsKept(t *testing.T) {
	ctx := fault.WithTrace(bg, "outer")
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	type key string
	each(t, "TraceID", trace, []row[string]{
		{"an error of somebody else", errors.New("cause"), ""},
		{"a layer whose context has none", coded(fault.Internal), ""},
		{"a layer whose context has one", traced("inner"), "inner"},
		{"a layer without around one with a trace id", wrap(traced("inner"), fault.WithCode(fault.Invalid), fault.WithMessage("m"), fault.WithRetry(true)), "inner"},
		{"a layer of somebody else around one with a trace id", fmt.Errorf("get: %w", traced("inner")), "inner"},
		{"a layer with a trace id around one with another", fault.Wrap(ctx, "op", traced("inner")), "outer"},
		{"a layer whose context is canceled", fault.Wrap(canceled, "op", errors.New("cause")), "outer"},
		{"a layer whose context has later values", fault.Wrap(context.WithValue(ctx, key("user"), "u-1"), "op", errors.New("cause")), "outer"},
		{"a layer whose context was given two ids", fault.Wrap(fault.WithTrace(ctx, "later"), "op", errors.New("cause")), "later"},
		{"a layer whose context was given an id and then an empty one", fault.Wrap(fault.WithTrace(ctx, ""), "op", errors.New("cause")), "outer"},
		{"a join whose second member has one", errors.Join(errors.New("cause"), traced("second"), traced("third")), "second"},
		{"a layer with a trace id around a join", fault.Wrap(ctx, "op", errors.Join(traced("first"))), "outer"},
		{"a layer without around a join", wrap(errors.Join(wrap(errors.New("cause")), wrap(traced("second")))), "second"},
	})
}

// spy notes with which keys a context is asked.
type spy struct {
	context.Context
	keys *[]any
}

func (s spy) Value(key any) any {
	*s.keys = append(*s.keys, key)
	return s.Context.Value(key)
}

func TestContextKeysDoNotCollide(t *testing.T) {
	var keys []any
	_ = fault.Wrap(fault.WithTrace(spy{bg, &keys}, "id"), "op", errors.New("cause"))
	_ = fault.Wrap(spy{fault.WithTrace(bg, "id"), &keys}, "op", errors.New("cause"))
	type key string
	if got := fault.WithTrace(context.WithValue(bg, key("user"), "u-1"), "id").Value(key("user")); got != "u-1" {
		t.Errorf("value that somebody else had put into the context given to WithTrace: got %v, want u-1", got)
	}
	if len(keys) == 0 {
		t.Error("Wrap with a context: asked it for 0 values, want the trace id to be looked up")
	}
	for _, k := range keys {
		switch k.(type) {
		case string, int, int64, uint64, rune, byte, bool, float64, struct{}:
			t.Errorf("key of the trace id: got the value %#v of type %T, want one of a type that only your package has", k, k)
			return
		}
	}
}

func TestMessage(t *testing.T) {
	each(t, "Message", message, []row[string]{
		{"one layer with a message", told("no such seat"), "no such seat"},
		{"a silent layer around a message", wrap(told("no such seat")), "no such seat"},
		{"a layer with a code around a message", wrap(told("no such seat"), fault.WithCode(fault.Conflict)), "no such seat"},
		{"a message around a message", wrap(told("inner"), fault.WithMessage("outer")), "outer"},
		{"an empty message around a message", wrap(told("inner"), fault.WithMessage("")), "inner"},
		{"a message, then an empty one in one layer", wrap(errors.New("cause"), fault.WithMessage("kept"), fault.WithMessage("")), "kept"},
		{"two messages in one layer", wrap(errors.New("cause"), fault.WithMessage("first"), fault.WithMessage("second")), "second"},
		{"a layer of somebody else around a message", fmt.Errorf("get: %w", told("no such seat")), "no such seat"},
		{"a join of two messages", errors.Join(told("one"), told("two")), "one; two"},
		{"a join of the same message twice and another", errors.Join(told("one"), told("two"), told("one")), "one; two"},
		{"a join of a message and an error without", errors.Join(errors.New("cause"), told("two")), "two"},
		{"a join of errors without a message", errors.Join(coded(fault.NotFound), coded(fault.Unavailable)), fault.Unavailable.Sentence()},
		{"a message around a join", wrap(errors.Join(told("one"), told("two")), fault.WithMessage("all")), "all"},
		{"a join of a join and a message", errors.Join(wrap(errors.Join(told("one"), told("two"))), told("three")), "one; two; three"},
		{"a message of a worse branch after another", errors.Join(wrap(told("mild"), fault.WithCode(fault.Invalid)), wrap(told("grave"), fault.WithCode(fault.Internal))), "mild; grave"},
	})
}

// Whatever stands in the tree: only messages and sentences come out.
func TestNothingInternalGetsOut(t *testing.T) {
	secrets := []string{"users_2024", "10.0.0.7", "s3cr3t", "teapot"}
	table := &driver{"users_2024"}
	for _, r := range []row[fault.Report]{
		{"a driver's error", table, fault.Report{Code: fault.Internal, Message: fault.Internal.Sentence()}},
		{"a driver's error behind layers", fault.Wrap(bg, "dial 10.0.0.7", fmt.Errorf("token s3cr3t: %w", table), fault.WithCode(fault.Unavailable)),
			fault.Report{Code: fault.Unavailable, Message: fault.Unavailable.Sentence(), Retryable: true}},
		{"a message around a driver's error", fault.Wrap(bg, "10.0.0.7", table, fault.WithMessage("please try again")),
			fault.Report{Code: fault.Internal, Message: "please try again"}},
		{"a join of a driver's error and a message", wrap(errors.Join(table, told("please try again"))),
			fault.Report{Code: fault.Internal, Message: "please try again"}},
		{"a code that is none of the seven", wrap(table, fault.WithCode("teapot users_2024")),
			fault.Report{Code: fault.Internal, Message: fault.Internal.Sentence()}},
		{"a timeout", wrap(timeout{"10.0.0.7"}),
			fault.Report{Code: fault.Timeout, Message: fault.Timeout.Sentence(), Retryable: true}},
	} {
		got := fault.Describe(r.err)
		for _, s := range secrets {
			if strings.Contains(fmt.Sprintf("%+v", got), s) {
				t.Errorf("Describe of %s: got %+v, which shows the internal text %q, want %+v", r.name, got, s, r.want)
			}
		}
		if got != r.want {
			t.Errorf("Describe of %s: got %+v, want %+v", r.name, got, r.want)
		}
	}
	for _, c := range worst {
		if got, want := fault.Describe(fault.Wrap(bg, "10.0.0.7", table, fault.WithCode(c))).Message, c.Sentence(); got != want {
			t.Errorf("Message of one layer with %s: got %q, want %q", c, got, want)
		}
	}
}

func TestTreesOfOtherPeople(t *testing.T) {
	internal := fault.Report{Code: fault.Internal, Message: fault.Internal.Sentence()}
	missing := fault.Report{Code: fault.NotFound, Message: fault.NotFound.Sentence()}
	each(t, "Describe", whole, []row[fault.Report]{
		{"an error that cannot be compared", fields{"email"}, internal},
		{"a layer around an error that cannot be compared", wrap(fields{"email"}, fault.WithCode(fault.NotFound)), missing},
		{"a join of errors that cannot be compared", wrap(errors.Join(fields{"email"}, branches{fields{"name"}})), internal},
		{"an error whose Unwrap() error gives nil", wrapper{"cause", nil}, internal},
		{"an error whose Unwrap() []error gives nothing", branches{}, internal},
		{"an error whose Unwrap() []error gives only nil", wrap(branches{nil, nil}), internal},
		{"a join with nil members around NotFound", branches{nil, coded(fault.NotFound), nil}, missing},
		{"a join with nil members around Unavailable", wrap(branches{nil, coded(fault.Unavailable)}),
			fault.Report{Code: fault.Unavailable, Message: fault.Unavailable.Sentence(), Retryable: true}},
		{"a join of joins with nothing and NotFound", branches{branches{}, coded(fault.NotFound)}, internal},
	})
}
