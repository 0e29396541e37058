package retry_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/retry"
)

func TestBreakerCountsFailuresInARow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := retry.NewBreaker(3, time.Second)
		report := func(outcomes ...retry.Outcome) {
			for _, o := range outcomes {
				allow(t, "of a closed breaker", b)(o)
			}
		}
		state(t, "of a new breaker", b, retry.Closed)
		report(retry.Failure, retry.Failure, retry.Success, retry.Failure, retry.Failure)
		state(t, "after 2 failures, a success and 2 failures of 3", b, retry.Closed)
		report(retry.Ignored, retry.Ignored)
		state(t, "after 2 failures in a row and 2 ignored calls", b, retry.Closed)
		report(retry.Failure)
		state(t, "after 3 failures in a row with ignored calls between", b, retry.Open)
		refuse(t, "of an open breaker", b)
		for _, n := range []int{-1, 0, 1} {
			b := retry.NewBreaker(n, time.Second)
			allow(t, "of a closed breaker", b)(retry.Ignored)
			allow(t, "of a closed breaker", b)(retry.Success)
			state(t, "after an ignored call and a success", b, retry.Closed)
			allow(t, "of a closed breaker", b)(retry.Failure)
			state(t, "after the first failure of a breaker that allows at most one", b, retry.Open)
		}
	})
}

func TestCooldownIsExact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := opened(t, 2, time.Minute)
		time.Sleep(time.Minute - 1)
		state(t, "1ns before the end of the cooldown", b, retry.Open)
		refuse(t, "1ns before the end of the cooldown", b)
		time.Sleep(1)
		state(t, "at the end of the cooldown", b, retry.HalfOpen)
		probe := allow(t, "at the end of the cooldown", b)
		time.Sleep(time.Minute - 1)
		probe(retry.Failure)
		state(t, "after the probe failed", b, retry.Open)
		time.Sleep(time.Minute - 1)
		refuse(t, "1ns before a cooldown has passed since the probe failed", b)
		time.Sleep(1)
		state(t, "a cooldown after the probe failed", b, retry.HalfOpen)
		time.Sleep(time.Hour)
		state(t, "an hour later, without a call", b, retry.HalfOpen)
		allow(t, "an hour later", b)
		// Refused calls do not put the probe off.
		b = opened(t, 1, time.Minute)
		for range 6 {
			refuse(t, "during the cooldown", b)
			time.Sleep(10 * time.Second)
		}
		allow(t, "after a cooldown with refused calls", b)
	})
}

func TestOneProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := opened(t, 3, time.Second)
		time.Sleep(time.Second)
		probe := allow(t, "of a half-open breaker", b)
		for range 3 {
			refuse(t, "while the probe runs", b)
			time.Sleep(time.Hour) // a slow probe is still the probe
		}
		state(t, "while the probe runs", b, retry.HalfOpen)
		probe(retry.Ignored)
		state(t, "after a probe that was ignored", b, retry.HalfOpen)
		probe = allow(t, "after a probe that was ignored", b)
		refuse(t, "while the second probe runs", b)
		probe(retry.Success)
		state(t, "after the probe's success", b, retry.Closed)
		// The count begins anew.
		first := allow(t, "after the probe's success", b)
		second := allow(t, "at the same time", b)
		first(retry.Failure)
		second(retry.Failure)
		state(t, "after 2 failures of 3 since it closed", b, retry.Closed)
		allow(t, "of a closed breaker", b)(retry.Failure)
		state(t, "after 3 failures of 3 since it closed", b, retry.Open)
		// One failure of the probe is enough.
		time.Sleep(time.Second)
		allow(t, "of a half-open breaker", b)(retry.Failure)
		state(t, "after one failure of the probe", b, retry.Open)
	})
}

// What calls from before report is without effect.
func TestLateOutcomes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, late := range []retry.Outcome{retry.Success, retry.Failure, retry.Ignored} {
			b := retry.NewBreaker(2, time.Minute)
			var slow []func(retry.Outcome)
			for range 6 {
				slow = append(slow, allow(t, "of a closed breaker", b))
			}
			allow(t, "of a closed breaker", b)(retry.Failure)
			allow(t, "of a closed breaker", b)(retry.Failure)
			state(t, "after 2 failures of 2", b, retry.Open)

			time.Sleep(40 * time.Second)
			slow[0](late)
			state(t, "after the late outcome of a call from before it opened", b, retry.Open)
			time.Sleep(20 * time.Second)
			state(t, "a cooldown after it opened, with a late outcome between", b, retry.HalfOpen)
			slow[1](late)
			state(t, "after a late outcome while half-open", b, retry.HalfOpen)
			probe := allow(t, "of a half-open breaker", b)
			slow[2](late)
			state(t, "after a late outcome while the probe runs", b, retry.HalfOpen)
			refuse(t, "while the probe runs, after a late outcome", b)
			probe(retry.Success)
			state(t, "after the probe's success", b, retry.Closed)

			allow(t, "of a closed breaker", b)(retry.Failure)
			slow[3](late)
			state(t, "after 1 failure of 2 and a late outcome", b, retry.Closed)
			allow(t, "of a closed breaker", b)(retry.Failure)
			state(t, "after 2 failures of 2 with a late outcome between", b, retry.Open)
		}
		// A probe whose breaker has gone on cannot come back either.
		b := opened(t, 1, time.Second)
		time.Sleep(time.Second)
		old := allow(t, "of a half-open breaker", b)
		old(retry.Ignored)
		allow(t, "of a half-open breaker", b)(retry.Failure)
		old(retry.Success)
		state(t, "after an old probe's second outcome", b, retry.Open)
	})
}

func TestFirstOutcomeCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := retry.NewBreaker(3, time.Second)
		done := allow(t, "of a closed breaker", b)
		for range 5 {
			done(retry.Failure)
		}
		state(t, "after 5 reports of one failed call, of 3", b, retry.Closed)
		done(retry.Success)
		allow(t, "of a closed breaker", b)(retry.Failure)
		allow(t, "of a closed breaker", b)(retry.Failure)
		state(t, "after 3 failed calls, the first of which also reported a success", b, retry.Open)
		time.Sleep(time.Second)
		probe := allow(t, "of a half-open breaker", b)
		probe(retry.Ignored)
		next := allow(t, "after a probe that was ignored", b)
		probe(retry.Ignored)
		refuse(t, "while the second probe runs, after the first one reported again", b)
		probe(retry.Success)
		state(t, "after the first probe reported again", b, retry.HalfOpen)
		next(retry.Success)

		// The same done from many goroutines.
		b = retry.NewBreaker(2, time.Second)
		done = allow(t, "of a closed breaker", b)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { done(retry.Failure) })
		}
		wg.Wait()
		state(t, "after 20 reports at once of one failed call, of 2", b, retry.Closed)
	})
}

// Two or three arrive at the moment of the probe, each on a core of its own where there is one.
func TestFewAtTheProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := opened(t, 1, time.Second)
		for round := range 2500 {
			time.Sleep(time.Second)
			probeOnce(t, b, 2+round%2)
		}
	})
}

// probeOnce lets a crowd ask a half-open breaker at once; one may pass, and fails.
func probeOnce(t *testing.T, b *retry.Breaker, crowd int) {
	t.Helper()
	var ready, allowed atomic.Int64
	probes := make(chan func(retry.Outcome), crowd)
	var wg sync.WaitGroup
	for range crowd {
		wg.Go(func() {
			ready.Add(1)
			for i := 0; int(ready.Load()) < crowd && i < 1_000; i++ { // a start in common, where there are cores
			}
			if done, err := b.Allow(); err == nil {
				allowed.Add(1)
				probes <- done
			}
		})
	}
	wg.Wait()
	if n := allowed.Load(); n != 1 {
		t.Fatalf("calls allowed at once by a half-open breaker: got %d of %d, want 1", n, crowd)
	}
	(<-probes)(retry.Failure)
}

func TestBreakerServesManyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := retry.NewBreaker(3, 5*time.Millisecond)
		var wg sync.WaitGroup
		for g := range 16 {
			wg.Go(func() {
				for i := range 200 {
					if s := b.State(); s < retry.Closed || s > retry.HalfOpen {
						t.Errorf("State under load: got %d, want one of the three", s)
						return
					}
					if done, err := b.Allow(); err == nil {
						time.Sleep(time.Duration(g%4) * time.Millisecond)
						done(retry.Outcome((g + i) % 3))
					} else {
						time.Sleep(time.Millisecond)
					}
				}
			})
		}
		wg.Wait()
		// Whatever happened, it can be brought back.
		time.Sleep(time.Minute)
		if s := b.State(); s != retry.Closed {
			allow(t, "of a half-open breaker whose calls have all ended", b)(retry.Success)
		}
		allow(t, "of a closed breaker", b)(retry.Success)
		for range 2 {
			allow(t, "of a closed breaker", b)(retry.Failure)
		}
		state(t, "after a success and 2 failures of 3", b, retry.Closed)
	})
}
