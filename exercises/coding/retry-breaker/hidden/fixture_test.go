package retry_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"assay.test/retry"
)

var (
	bg       = context.Background()
	errDown  = errors.New("down")
	errFatal = errors.New("fatal")
)

// known are the errors whose presence in a result is looked at.
var known = map[string]error{
	"busy": errBusy, "down": errDown, "fatal": errFatal, "ErrOpen": retry.ErrOpen, "ErrExhausted": retry.ErrExhausted,
	"context.Canceled": context.Canceled, "context.DeadlineExceeded": context.DeadlineExceeded,
}

// mustBe checks that err is each of the errors named in want (words) and none of the other known ones; "" means nil.
func mustBe(t *testing.T, what string, err error, want string) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Errorf("%s: got %v, want nil", what, err)
		}
		return
	}
	words := strings.Fields(want)
	for name, e := range known {
		wanted := false
		for _, w := range words {
			wanted = wanted || w == name
		}
		if got := errors.Is(err, e); got != wanted {
			t.Errorf("%s: errors.Is(%v, %s): got %v, want %v", what, errText(err), name, got, wanted)
		}
	}
}

func errText(err error) string { return strings.ReplaceAll(fmt.Sprint(err), "\n", "; ") }

// script is a call whose results are given; after the last one the last one comes again.
type script struct {
	results []error
	cost    time.Duration // how long each try takes
	begun   time.Time
	at      []time.Duration // since begun
	seen    []context.Context
}

func newScript(results ...error) *script { return &script{results: results, begun: time.Now()} }

func (s *script) do(ctx context.Context) error {
	s.at = append(s.at, time.Since(s.begun))
	s.seen = append(s.seen, ctx)
	if s.cost > 0 {
		time.Sleep(s.cost)
	}
	return s.results[min(len(s.at), len(s.results))-1]
}

func (s *script) repeatable() retry.Call { return retry.Call{Idempotent: true, Do: s.do} }

func (s *script) once() retry.Call { return retry.Call{Do: s.do} }

func (s *script) tries(t *testing.T, what string, want int) {
	t.Helper()
	if len(s.at) != want {
		t.Errorf("%s: calls made: got %d, want %d", what, len(s.at), want)
	}
}

// took checks how much virtual time passed since begun.
func took(t *testing.T, what string, begun time.Time, want time.Duration) {
	t.Helper()
	if got := time.Since(begun); got != want {
		t.Errorf("%s: took %v, want %v", what, got, want)
	}
}

func whole(ceiling time.Duration) time.Duration { return ceiling }

func none(time.Duration) time.Duration { return 0 }

// every is a policy that waits exactly d.
func every(d time.Duration, tries int) retry.Policy {
	return retry.Policy{Tries: tries, Base: d, Max: d, Jitter: whole}
}

// allow asks a breaker that must not refuse.
func allow(t *testing.T, what string, b *retry.Breaker) func(retry.Outcome) {
	t.Helper()
	done, err := b.Allow()
	if err != nil || done == nil {
		t.Fatalf("Allow %s: got (done %t, %v), want a function and nil", what, done != nil, err)
	}
	return done
}

func refuse(t *testing.T, what string, b *retry.Breaker) {
	t.Helper()
	if _, err := b.Allow(); !errors.Is(err, retry.ErrOpen) {
		t.Fatalf("Allow %s: got %v, want %v", what, err, retry.ErrOpen)
	}
}

func state(t *testing.T, what string, b *retry.Breaker, want retry.State) {
	t.Helper()
	if got := b.State(); got != want {
		t.Fatalf("State %s: got %v, want %v", what, got, want)
	}
}

// opened returns a breaker that has just opened.
func opened(t *testing.T, failures int, cooldown time.Duration) *retry.Breaker {
	t.Helper()
	b := retry.NewBreaker(failures, cooldown)
	for range failures {
		allow(t, "of a closed breaker", b)(retry.Failure)
	}
	state(t, fmt.Sprintf("after %d failures of %d", failures, failures), b, retry.Open)
	return b
}
