package retry_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/retry"
)

// Each test runs in a bubble: time is virtual, a wait takes exactly as long as it says.

var errBusy = errors.New("busy")

func TestWaitsGrowUntilItGoesWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		var at []time.Duration
		p := retry.Policy{
			Tries: 10, Base: 100 * time.Millisecond, Max: 500 * time.Millisecond,
			Jitter: func(ceiling time.Duration) time.Duration { return ceiling / 2 },
		}
		err := p.Do(context.Background(), retry.Call{Idempotent: true, Do: func(context.Context) error {
			at = append(at, time.Since(begun)/time.Millisecond)
			if len(at) < 6 {
				return errBusy
			}
			return nil
		}})
		if err != nil {
			t.Errorf("Do: got %v, want nil", err)
		}
		// Ceilings 100, 200, 400, 500, 500: waits of half of them.
		if want := []time.Duration{0, 50, 150, 350, 600, 850}; !slices.Equal(at, want) {
			t.Errorf("milliseconds at which the tries came: got %d, want %d", at, want)
		}
	})
}

func TestNoWaitBeyondTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		begun := time.Now()
		p := retry.Policy{Tries: 3, Base: time.Minute, Max: time.Minute, Jitter: func(c time.Duration) time.Duration { return c }}
		err := p.Do(ctx, retry.Call{Idempotent: true, Do: func(context.Context) error { return errBusy }})
		if !errors.Is(err, errBusy) || !errors.Is(err, retry.ErrExhausted) {
			t.Errorf("Do with a wait of 1m and a deadline in 1s: got %v, want an error that is %q and %q", err, errBusy, retry.ErrExhausted)
		}
		if d := time.Since(begun); d != 0 {
			t.Errorf("Do with a wait of 1m and a deadline in 1s: took %v, want 0s", d)
		}
	})
}

func TestBreakerOpensAndProbes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := retry.NewBreaker(2, time.Second)
		for range 2 {
			done, err := b.Allow()
			if err != nil {
				t.Fatalf("Allow of a closed breaker: got %v, want nil", err)
			}
			done(retry.Failure)
		}
		if _, err := b.Allow(); !errors.Is(err, retry.ErrOpen) {
			t.Errorf("Allow after 2 failures: got %v, want %v", err, retry.ErrOpen)
		}
		time.Sleep(time.Second)
		if got := b.State(); got != retry.HalfOpen {
			t.Errorf("State after the cooldown: got %v, want %v", got, retry.HalfOpen)
		}
		probe, err := b.Allow()
		if err != nil {
			t.Fatalf("Allow after the cooldown: got %v, want nil", err)
		}
		if _, err := b.Allow(); !errors.Is(err, retry.ErrOpen) {
			t.Errorf("Allow while the probe runs: got %v, want %v", err, retry.ErrOpen)
		}
		probe(retry.Success)
		if got := b.State(); got != retry.Closed {
			t.Errorf("State after the probe's success: got %v, want %v", got, retry.Closed)
		}
	})
}
