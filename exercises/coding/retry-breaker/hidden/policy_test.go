package retry_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/retry"
)

func TestTriesAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for tries, want := range map[int]int{-1: 1, 0: 1, 1: 1, 2: 2, 5: 5} {
			what := fmt.Sprintf("Do with Tries %d of a call that fails", tries)
			s := newScript(errBusy, errBusy, errBusy, errBusy, errDown)
			last := "busy ErrExhausted"
			if want == 5 {
				last = "down ErrExhausted"
			}
			mustBe(t, what, every(time.Second, tries).Do(bg, s.repeatable()), last)
			s.tries(t, what, want)
			took(t, what, s.begun, time.Duration(want-1)*time.Second)
		}
		s := newScript(errBusy, nil)
		mustBe(t, "Do that goes well at the last try", every(time.Second, 2).Do(bg, s.repeatable()), "")
		s = newScript(nil)
		mustBe(t, "Do that goes well", every(time.Second, 5).Do(bg, s.once()), "")
		s.tries(t, "Do that goes well", 1)
	})
}

func TestPermanentErrorsAreNotRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, err := range map[string]error{
			"a permanent error":                    retry.Permanent(errFatal),
			"a wrapped permanent error":            fmt.Errorf("charge: %w", retry.Permanent(errFatal)),
			"a permanent error in a join":          errors.Join(errors.New("note"), retry.Permanent(errFatal)),
			"a permanent error that was not sent":  retry.Permanent(retry.NotSent(errFatal)),
			"an unsent error that is permanent":    retry.NotSent(retry.Permanent(errFatal)),
			"a permanent error with more above it": retry.Permanent(fmt.Errorf("charge: %w", errFatal)),
		} {
			s := newScript(err)
			got := every(time.Second, 5).Do(bg, s.repeatable())
			mustBe(t, "Do with "+name, got, "fatal")
			s.tries(t, "Do with "+name, 1)
			took(t, "Do with "+name, s.begun, 0)
			if !errors.Is(got, err) {
				t.Errorf("Do with %s: got %v, which is not the call's own error", name, got)
			}
		}
		s := newScript(errBusy, retry.Permanent(errFatal))
		mustBe(t, "Do with a permanent error at the second try", every(time.Second, 5).Do(bg, s.repeatable()), "fatal")
		s.tries(t, "Do with a permanent error at the second try", 2)
	})
}

func TestMarksKeepTheError(t *testing.T) {
	for name, mark := range map[string]func(error) error{"Permanent": retry.Permanent, "NotSent": retry.NotSent} {
		if err := mark(nil); err != nil {
			t.Errorf("%s(nil): got %#v, want nil", name, err)
		}
		err := mark(fmt.Errorf("charge: %w", errFatal))
		if got := err.Error(); got != "charge: fatal" {
			t.Errorf("text of %s(charge: fatal): got %q, want %q", name, got, "charge: fatal")
		}
		if !errors.Is(err, errFatal) {
			t.Errorf("errors.Is(%s(err), err): got false, want true", name)
		}
	}
}

func TestWhatMustNotBeDoneTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(errBusy)
		mustBe(t, "Do of a call that is not idempotent", every(time.Second, 5).Do(bg, s.once()), "busy")
		s.tries(t, "Do of a call that is not idempotent", 1)
		took(t, "Do of a call that is not idempotent", s.begun, 0)

		unsent := fmt.Errorf("dial: %w", retry.NotSent(errDown))
		s = newScript(unsent, errors.Join(errors.New("note"), retry.NotSent(errDown)), unsent, errBusy)
		mustBe(t, "Do of a call that is sent at the fourth try", every(time.Second, 9).Do(bg, s.once()), "busy")
		s.tries(t, "Do of a call that is sent at the fourth try", 4)

		s = newScript(unsent)
		mustBe(t, "Do of a call that is never sent", every(time.Second, 3).Do(bg, s.once()), "down ErrExhausted")
		s.tries(t, "Do of a call that is never sent", 3)

		s = newScript(unsent, nil)
		mustBe(t, "Do of a call that goes well when sent", every(time.Second, 3).Do(bg, s.once()), "")
		s = newScript(unsent, errBusy, nil)
		mustBe(t, "Do of an idempotent call that fails unsent, then sent", every(time.Second, 3).Do(bg, s.repeatable()), "")
	})
}

func TestEndedContextMakesNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		canceled, cancel := context.WithCancel(bg)
		cancel()
		late, cancelLate := context.WithTimeout(bg, time.Millisecond)
		defer cancelLate()
		b := opened(t, 1, time.Second)
		time.Sleep(time.Second)
		for want, ctx := range map[string]context.Context{"context.Canceled": canceled, "context.DeadlineExceeded": late} {
			s := newScript(nil)
			p := every(time.Second, 3)
			p.Breaker = b
			mustBe(t, "Do with a context that has ended", p.Do(ctx, s.repeatable()), want)
			s.tries(t, "Do with a context that has ended", 0)
		}
		allow(t, "for the probe, after Do had no time to make it", b)
	})
}

func TestContextEndsDuringTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(bg)
		time.AfterFunc(90*time.Minute, cancel)
		s := newScript(errBusy, errDown)
		mustBe(t, "Do canceled during the second wait", every(time.Hour, 5).Do(ctx, s.repeatable()), "down context.Canceled")
		s.tries(t, "Do canceled during the second wait", 2)
		took(t, "Do canceled during the second wait, after 90m", s.begun, 90*time.Minute)
	})
}

func TestContextEndsDuringTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, result := range []error{errBusy, retry.Permanent(errBusy)} {
			ctx, cancel := context.WithCancel(bg)
			s := newScript(result)
			call := retry.Call{Idempotent: true, Do: func(ctx context.Context) error {
				cancel()
				return s.do(ctx)
			}}
			mustBe(t, "Do canceled during the call", every(time.Second, 5).Do(ctx, call), "busy context.Canceled")
			s.tries(t, "Do canceled during the call", 1)
			took(t, "Do canceled during the call", s.begun, 0)
		}
		ctx, cancel := context.WithTimeout(bg, time.Second)
		defer cancel()
		call := retry.Call{Do: func(ctx context.Context) error { <-ctx.Done(); return errBusy }}
		mustBe(t, "Do whose deadline passes during the call", every(time.Second, 5).Do(ctx, call), "busy context.DeadlineExceeded")
		call = retry.Call{Do: func(ctx context.Context) error { time.Sleep(2 * time.Second); return nil }}
		ctx, cancel = context.WithTimeout(bg, time.Second)
		defer cancel()
		mustBe(t, "Do that goes well after its deadline", every(time.Second, 5).Do(ctx, call), "")
	})
}

// An error that looks like a context's says nothing about ours.
func TestForeignDeadlineIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(context.DeadlineExceeded, fmt.Errorf("get: %w", context.Canceled), nil)
		mustBe(t, "Do after two errors of other people's contexts", every(time.Second, 5).Do(bg, s.repeatable()), "")
		s.tries(t, "Do after two errors of other people's contexts", 3)
	})
}

func TestCallsSeeTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		ctx, cancel := context.WithTimeout(context.WithValue(bg, key{}, "v"), time.Hour)
		defer cancel()
		want, _ := ctx.Deadline()
		s := newScript(errBusy)
		p := every(time.Second, 3)
		p.Budget = time.Minute
		_ = p.Do(ctx, s.repeatable())
		s.tries(t, "Do with time for all tries", 3)
		for i, seen := range s.seen {
			if d, ok := seen.Deadline(); seen.Value(key{}) != "v" || !ok || !d.Equal(want) {
				t.Errorf("context of call %d: value %v and deadline in %v, want those of the caller's context", i+1, seen.Value(key{}), time.Until(d))
			}
		}
	})
}

func TestNoWaitPastTheEnd(t *testing.T) {
	for _, budget := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			// Calls of 1s and waits of 10s: waits end at 11s, 22s and 33s.
			for _, c := range []struct {
				end   time.Duration
				tries int
			}{
				{10 * time.Second, 1}, {11 * time.Second, 1}, {11*time.Second + 1, 2}, {22*time.Second - 1, 2}, {22 * time.Second, 2},
				{22*time.Second + 1, 3}, {33 * time.Second, 3}, {time.Hour, 9},
			} {
				what := fmt.Sprintf("Do with 9 tries of 1s, waits of 10s and a deadline in %v", c.end)
				ctx, p := bg, every(10*time.Second, 9)
				if budget {
					what = fmt.Sprintf("Do with 9 tries of 1s, waits of 10s and a budget of %v", c.end)
					p.Budget = c.end
				} else {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(bg, c.end)
					defer cancel()
				}
				s := newScript(errBusy)
				s.cost = time.Second
				want := "busy ErrExhausted"
				if !budget && c.end%(11*time.Second) == 1 {
					want = "busy context.DeadlineExceeded" // it passes during the last call
				}
				mustBe(t, what, p.Do(ctx, s.repeatable()), want)
				s.tries(t, what, c.tries)
				took(t, what, s.begun, time.Duration(c.tries)*11*time.Second-10*time.Second)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		p := every(10*time.Second, 9)
		p.Budget = 15 * time.Second
		ctx, cancel := context.WithTimeout(bg, time.Hour)
		defer cancel()
		s := newScript(errBusy)
		mustBe(t, "Do with a budget of 15s and a deadline in 1h", p.Do(ctx, s.repeatable()), "busy ErrExhausted")
		s.tries(t, "Do with a budget of 15s and a deadline in 1h", 2)
		p.Budget = time.Hour
		ctx, cancel = context.WithTimeout(bg, 15*time.Second)
		defer cancel()
		s = newScript(errBusy)
		mustBe(t, "Do with a budget of 1h and a deadline in 15s", p.Do(ctx, s.repeatable()), "busy ErrExhausted")
		s.tries(t, "Do with a budget of 1h and a deadline in 15s", 2)
		// The least budget is one, too.
		p.Budget = time.Nanosecond
		s = newScript(errBusy)
		mustBe(t, "Do with a budget of 1ns and waits of 10s", p.Do(bg, s.repeatable()), "busy ErrExhausted")
		s.tries(t, "Do with a budget of 1ns and waits of 10s", 1)
		// A budget that is used up does not stop a call that runs.
		p.Budget = time.Second
		s = newScript(nil)
		s.cost = time.Minute
		mustBe(t, "Do of a call that goes well after its budget", p.Do(bg, s.once()), "")
	})
}
