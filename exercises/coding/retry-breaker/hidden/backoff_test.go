package retry_test

import (
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/retry"
)

func ceilings(p retry.Policy) []time.Duration {
	var asked []time.Duration
	p.Jitter = func(c time.Duration) time.Duration {
		asked = append(asked, c)
		return 0
	}
	_ = p.Do(bg, newScript(errBusy).repeatable())
	return asked
}

func TestCeilingsDoubleUpToTheMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const s = time.Second
		got := ceilings(retry.Policy{Tries: 8, Base: s, Max: 20 * s})
		if want := []time.Duration{s, 2 * s, 4 * s, 8 * s, 16 * s, 20 * s, 20 * s}; !slices.Equal(got, want) {
			t.Errorf("ceilings with Base 1s, Max 20s and 8 tries: got %v, want %v", got, want)
		}
		got = ceilings(retry.Policy{Tries: 3, Base: 20 * s, Max: 5 * s})
		if want := []time.Duration{5 * s, 5 * s}; !slices.Equal(got, want) {
			t.Errorf("ceilings with Base 20s, Max 5s and 3 tries: got %v, want %v", got, want)
		}
		// Far enough for every way to overflow.
		for _, most := range []time.Duration{time.Minute, math.MaxInt64} {
			for _, base := range []time.Duration{1, 3} {
				for i, c := range ceilings(retry.Policy{Tries: 200, Base: base, Max: most}) {
					want := most
					if i < 63 && float64(base)*math.Pow(2, float64(i)) < float64(most) {
						want = base << i
					}
					if c != want {
						t.Errorf("ceiling of wait %d with Base %dns and Max %d: got %d, want %d", i+1, base, most, c, want)
						break
					}
				}
			}
		}
	})
}

func TestWaitsAreWhatJitterSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		waits := []time.Duration{0, 7 * time.Millisecond, time.Hour, 1, 3 * time.Second}
		asked := 0
		s := newScript(errBusy, errBusy, errBusy, errBusy, errBusy, nil)
		s.cost = time.Second
		err := retry.Policy{Tries: 10, Base: time.Hour, Max: time.Hour, Jitter: func(time.Duration) time.Duration {
			asked++
			return waits[min(asked, len(waits))-1]
		}}.Do(bg, s.repeatable())
		mustBe(t, "Do that goes well at the sixth try", err, "")
		var want []time.Duration
		at := time.Duration(0)
		for i := range 6 {
			want = append(want, at)
			at += s.cost
			if i < len(waits) {
				at += waits[i]
			}
		}
		if !slices.Equal(s.at, want) {
			t.Errorf("times of the tries, 1s each with waits of %v: got %v, want %v", waits, s.at, want)
		}
		if asked != len(waits) {
			t.Errorf("times that Jitter was asked for 5 waits: got %d, want 5", asked)
		}
	})
}

// builtInWaits returns n waits of the built-in jitter.
func builtInWaits(t *testing.T, ceiling time.Duration, n int) []time.Duration {
	t.Helper()
	s := newScript(errBusy)
	_ = retry.Policy{Tries: n + 1, Base: ceiling, Max: ceiling}.Do(bg, s.repeatable())
	if len(s.at) != n+1 {
		t.Fatalf("Do with %d tries: calls made: got %d, want %d", n+1, len(s.at), n+1)
	}
	var waits []time.Duration
	for i := 1; i < len(s.at); i++ {
		waits = append(waits, s.at[i]-s.at[i-1])
	}
	return waits
}

func TestBuiltInJitterIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 400 // a quarter that is missed by chance: 4 in 10^50
		var quarter [4]int
		distinct := map[time.Duration]bool{}
		for _, w := range builtInWaits(t, time.Second, n) {
			if w < 0 || w > time.Second {
				t.Fatalf("wait of the built-in jitter with ceiling 1s: got %v, want between 0s and 1s", w)
			}
			quarter[min(3, w*4/time.Second)]++
			distinct[w] = true
		}
		for i, k := range quarter {
			if k == 0 {
				t.Errorf("waits of the built-in jitter with ceiling 1s between %d/4 s and %d/4 s: got 0 of %d, want about %d", i, i+1, n, n/4)
			}
		}
		if len(distinct) < 50 {
			t.Errorf("different waits of the built-in jitter: got %d of %d, want nearly all", len(distinct), n)
		}
		// Clients that begin together must not stay together.
		first := map[time.Duration]bool{}
		for range 20 {
			first[builtInWaits(t, time.Hour, 1)[0]] = true
		}
		if len(first) < 10 {
			t.Errorf("first waits of 20 calls with the built-in jitter and ceiling 1h: got %d different ones, want nearly all", len(first))
		}
	})
}

func TestBuiltInJitterWithoutRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, p := range []retry.Policy{{Tries: 3}, {Tries: 3, Base: time.Second}, {Tries: 3, Max: time.Second}} {
			s := newScript(errBusy)
			begun := time.Now()
			mustBe(t, "Do with ceilings of 0", p.Do(bg, s.repeatable()), "busy ErrExhausted")
			s.tries(t, "Do with ceilings of 0", 3)
			took(t, "Do with ceilings of 0", begun, 0)
		}
	})
}

// A policy is shared; so is whatever its jitter is made of.
func TestPolicyServesManyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := retry.Policy{Tries: 5, Base: time.Millisecond, Max: time.Second, Breaker: retry.NewBreaker(1<<30, time.Second)}
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				s := newScript(errBusy, errBusy, errBusy, errBusy, nil)
				if err := p.Do(bg, s.repeatable()); err != nil || len(s.at) != 5 {
					t.Errorf("Do of a shared policy: got %v after %d calls, want nil after 5", err, len(s.at))
				}
			})
		}
		wg.Wait()
	})
}
