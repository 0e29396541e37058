package retry_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/retry"
)

func guarded(b *retry.Breaker) retry.Policy {
	p := every(time.Second, 3)
	p.Breaker = b
	return p
}

func TestOpenBreakerEndsTheTries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := retry.NewBreaker(2, time.Hour)
		s := newScript(errBusy, errDown)
		mustBe(t, "Do whose second failure opens the breaker", guarded(b).Do(bg, s.repeatable()), "down ErrOpen")
		s.tries(t, "Do whose second failure opens the breaker", 2)
		state(t, "after 2 failed tries of 2", b, retry.Open)

		s = newScript(nil)
		mustBe(t, "Do behind an open breaker", guarded(b).Do(bg, s.repeatable()), "ErrOpen")
		s.tries(t, "Do behind an open breaker", 0)
		took(t, "Do behind an open breaker", s.begun, 0)

		time.Sleep(time.Hour)
		mustBe(t, "Do behind a half-open breaker", guarded(b).Do(bg, s.repeatable()), "")
		state(t, "after Do made the probe and it went well", b, retry.Closed)
	})
}

// Each try is a call of its own to the breaker; it may become the probe.
func TestTryAfterTheCooldownIsTheProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := retry.NewBreaker(1, time.Second)
		s := newScript(errBusy, errBusy, nil)
		mustBe(t, "Do with waits as long as the cooldown", guarded(b).Do(bg, s.repeatable()), "")
		s.tries(t, "Do with waits as long as the cooldown", 3)
		state(t, "after the third try went well", b, retry.Closed)
	})
}

func TestWhatTheBreakerIsTold(t *testing.T) {
	for _, c := range []struct {
		what string
		err  error
		want retry.State // of a half-open breaker after it
	}{
		{"a success", nil, retry.Closed},
		{"a failure", errBusy, retry.Open},
		{"a request that was not sent", retry.NotSent(errDown), retry.Open},
		{"a permanent error", retry.Permanent(errFatal), retry.Closed},
		{"a wrapped permanent error", fmt.Errorf("get: %w", retry.Permanent(errFatal)), retry.Closed},
		{"the error of another context", context.Canceled, retry.Open},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := opened(t, 1, time.Second)
			time.Sleep(time.Second)
			p := guarded(b)
			p.Tries = 1
			_ = p.Do(bg, newScript(c.err).repeatable())
			state(t, "after a probe that ended with "+c.what, b, c.want)
			if c.want == retry.Open {
				time.Sleep(time.Second)
			}
			allow(t, "after a probe that ended with "+c.what, b)
		})
	}
}

func TestCanceledCallsAreIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		untilDone := func(result error) retry.Call {
			return retry.Call{Idempotent: true, Do: func(ctx context.Context) error { <-ctx.Done(); return result }}
		}
		b := retry.NewBreaker(1, time.Second)
		ctx, cancel := context.WithCancel(bg)
		time.AfterFunc(time.Second, cancel)
		mustBe(t, "Do canceled during the call", guarded(b).Do(ctx, untilDone(errBusy)), "busy context.Canceled")
		state(t, "after a canceled call", b, retry.Closed)

		late, cancelLate := context.WithTimeout(bg, time.Second)
		defer cancelLate()
		mustBe(t, "Do whose deadline passes during the call", guarded(b).Do(late, untilDone(errBusy)), "busy context.DeadlineExceeded")
		state(t, "after a call whose deadline passed", b, retry.Open)

		// A canceled probe leaves its place to the next.
		time.Sleep(time.Second)
		ctx, cancel = context.WithCancel(bg)
		time.AfterFunc(time.Second, cancel)
		mustBe(t, "Do canceled during the probe", guarded(b).Do(ctx, untilDone(errBusy)), "busy context.Canceled")
		state(t, "after a canceled probe", b, retry.HalfOpen)
		probe := allow(t, "after a canceled probe", b)
		probe(retry.Ignored)

		// What has been answered has been answered.
		ctx, cancel = context.WithCancel(bg)
		time.AfterFunc(time.Second, cancel)
		mustBe(t, "Do canceled during a probe with a permanent error", guarded(b).Do(ctx, untilDone(retry.Permanent(errFatal))), "fatal context.Canceled")
		state(t, "after a canceled probe with a permanent error", b, retry.Closed)
	})
}

func TestPanicIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := opened(t, 1, time.Second)
		time.Sleep(time.Second)
		func() {
			defer func() {
				if got := recover(); got != "boom" {
					t.Errorf("value of the panic that reached the caller of Do: got %v, want boom", got)
				}
			}()
			_ = guarded(b).Do(bg, retry.Call{Idempotent: true, Do: func(context.Context) error { panic("boom") }})
		}()
		state(t, "after a probe that panicked", b, retry.Open)
		time.Sleep(time.Second)
		allow(t, "a cooldown after a probe that panicked", b)
	})
}

// No breaker may be found in the way of another policy, and none is needed.
func TestBreakersAreApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := opened(t, 1, time.Hour), retry.NewBreaker(1, time.Hour)
		state(t, "of a breaker beside one that is open", b, retry.Closed)
		mustBe(t, "Do behind a closed breaker beside one that is open", guarded(b).Do(bg, newScript(nil).repeatable()), "")
		mustBe(t, "Do without a breaker", every(time.Second, 1).Do(bg, newScript(nil).repeatable()), "")
		mustBe(t, "Do behind the open one", guarded(a).Do(bg, newScript(nil).repeatable()), "ErrOpen")
	})
}
