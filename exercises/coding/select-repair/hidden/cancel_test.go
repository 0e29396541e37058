package peer_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/peer"
)

func TestNothingCountsBeforeTheOtherEndHasIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := peer.Connect()
		ctx, cancel := context.WithCancel(context.Background())
		c := begin("a", a, ctx, messages("a", 5))
		time.Sleep(time.Second)
		if c.returned() {
			t.Fatalf("Exchange without a partner: returned (%+v, %v), want it to wait", c.result, c.err)
		}
		cancel()
		synctest.Wait()
		if !c.returned() {
			t.Fatal("Exchange without a partner after its context was canceled: still blocked, want it to return at once")
		}
		if !errors.Is(c.err, context.Canceled) || c.result.Sent != 0 || len(c.result.Received) != 0 {
			t.Errorf("Exchange without a partner: got (%+v, %v), want Sent 0, nothing received and %v", c.result, c.err, context.Canceled)
		}
		r, err := b.Exchange(context.Background(), messages("b", 5))
		if !errors.Is(err, peer.ErrBroken) || r.Sent != 0 || len(r.Received) != 0 {
			t.Errorf("Exchange after the other end has given up: got (%+v, %v), want Sent 0, nothing received and %v", r, err, peer.ErrBroken)
		}
	})
}

func TestContextThatHasEnded(t *testing.T) {
	const tries = 48
	synctest.Test(t, func(t *testing.T) {
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		for range tries {
			a, b := peer.Connect()
			waiting := begin("a", a, context.Background(), messages("a", 3))
			synctest.Wait()
			r, err := b.Exchange(ended, messages("b", 3))
			if !errors.Is(err, context.Canceled) || r.Sent != 0 || len(r.Received) != 0 {
				t.Errorf("Exchange with a context that has ended, the other end waiting: got (%+v, %v), want Sent 0, nothing received and %v", r, err, context.Canceled)
			}
			<-waiting.done
			if !errors.Is(waiting.err, peer.ErrBroken) || waiting.result.Sent != 0 || len(waiting.result.Received) != 0 {
				t.Errorf("Exchange that waits while the other end comes with an ended context: got (%+v, %v), want Sent 0, nothing received and %v", waiting.result, waiting.err, peer.ErrBroken)
			}
			if t.Failed() {
				return
			}
		}
	})
}

func TestDeadlineWhileTheOtherEndIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, n := range []int{0, 1, 4} {
			a, _ := peer.Connect()
			_, b := peer.Connect()
			for name, end := range map[string]*peer.End{"a": a, "b": b} {
				ctx, cancel := context.WithTimeout(context.Background(), time.Second)
				c := begin(name, end, ctx, messages(name, n))
				time.Sleep(2 * time.Second)
				cancel()
				if !c.returned() {
					t.Fatalf("Exchange of %d messages at %s without a partner: still blocked 1s after its deadline, want it to return at once", n, name)
				}
				if !errors.Is(c.err, context.DeadlineExceeded) {
					t.Errorf("Exchange of %d messages at %s without a partner: got %v, want %v", n, name, c.err, context.DeadlineExceeded)
				}
				if c.took != time.Second {
					t.Errorf("Exchange of %d messages at %s without a partner, deadline in 1s: took %v, want 1s", n, name, c.took)
				}
			}
		}
	})
}

// The link is broken when a call returns an error, not a little later: whoever comes next finds it so, although the other end waits.
func TestBrokenFromTheReturnOn(t *testing.T) {
	const rounds = 60
	synctest.Test(t, func(t *testing.T) {
		for round := range rounds {
			a, b := peer.Connect()
			quitter, other := a, b
			if round%2 == 1 {
				quitter, other = b, a
			}
			waiting := begin("the other end", other, context.Background(), messages("b", 3))
			synctest.Wait()
			_, err := quitter.Exchange(endsAfterLooks(round%3), messages("a", 300))
			if err != nil { // else everything went over before the end was noticed
				r, again := quitter.Exchange(context.Background(), messages("a", 3))
				if !errors.Is(again, peer.ErrBroken) || r.Sent != 0 || len(r.Received) != 0 {
					t.Errorf("Exchange right after one that ended with %v, the other end waiting: got (%+v, %v), want Sent 0, nothing received and %v", err, r, again, peer.ErrBroken)
				}
			}
			<-waiting.done
			if t.Failed() {
				return
			}
		}
	})
}

// A broken link stays broken, for both ends and for every call.
func TestBrokenLinkStaysBroken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := peer.Connect()
		ctx, cancel := context.WithCancel(context.Background())
		begun := time.Now()
		quitter := begin("a", a, ctx, messages("a", 2))
		time.Sleep(time.Second)
		cancel()
		<-quitter.done
		for range 8 {
			x := begin("a", a, context.Background(), messages("a", 2))
			y := begin("b", b, context.Background(), messages("b", 2))
			for _, c := range []*call{x, y} {
				<-c.done
				if !errors.Is(c.err, peer.ErrBroken) || c.result.Sent != 0 || len(c.result.Received) != 0 {
					t.Errorf("Exchange at %s on a broken link, both ends there: got (%+v, %v), want Sent 0, nothing received and %v", c.name, c.result, c.err, peer.ErrBroken)
				}
			}
		}
		if d := time.Since(begun); d != time.Second {
			t.Errorf("Exchange on a broken link: took %v, want 0s", d-time.Second)
		}
	})
}

// An end gives up somewhere in the middle: both return, and they agree on what has gone over.
func TestGivingUpMidway(t *testing.T) {
	const rounds, n = 150, 40
	synctest.Test(t, func(t *testing.T) {
		for round := range rounds {
			a, b := peer.Connect()
			ctx, cancel := context.WithCancel(context.Background())
			x := begin("a", a, ctx, messages("a", n))
			y := begin("b", b, context.Background(), messages("b", n-round%2*n/2))
			yield(round)
			cancel()
			synctest.Wait()
			for _, c := range []*call{x, y} {
				if !c.returned() {
					t.Fatalf("Exchange at %s after the context of a was canceled midway: still blocked, want both ends to return at once", c.name)
				}
			}
			if x.err != nil && !errors.Is(x.err, context.Canceled) {
				t.Errorf("Exchange whose context was canceled midway: got %v, want %v or nil", x.err, context.Canceled)
			}
			if y.err != nil && !errors.Is(y.err, peer.ErrBroken) {
				t.Errorf("Exchange whose other end gave up midway: got %v, want %v or nil", y.err, peer.ErrBroken)
			}
			if x.err == nil && y.err != nil {
				t.Errorf("Exchange at a: got nil although b ended with %v, want nil only when everything has gone over", y.err)
			}
			agree(t, x, y)
			if t.Failed() {
				return
			}
		}
	})
}

func TestBothGiveUpAtOnce(t *testing.T) {
	const rounds = 150
	synctest.Test(t, func(t *testing.T) {
		for round := range rounds {
			a, b := peer.Connect()
			ctx, cancel := context.WithCancel(context.Background())
			var x, y *call
			switch round % 3 {
			case 0: // both in the middle of it
				x = begin("a", a, ctx, messages("a", 30))
				y = begin("b", b, ctx, messages("b", 30))
				yield(round % 40)
				cancel()
			case 1: // one alone, and the other comes as the context ends
				x = begin("a", a, ctx, messages("a", 30))
				synctest.Wait()
				cancel()
				yield(round % 4)
				y = begin("b", b, ctx, messages("b", 30))
			case 2: // both come too late
				cancel()
				x = begin("a", a, ctx, messages("a", 30))
				y = begin("b", b, ctx, messages("b", 30))
			}
			<-x.done
			<-y.done
			for _, c := range []*call{x, y} {
				if c.err != nil && !errors.Is(c.err, context.Canceled) && !errors.Is(c.err, peer.ErrBroken) {
					t.Errorf("Exchange at %s, the context of both canceled: got %v, want %v, %v or nil", c.name, c.err, context.Canceled, peer.ErrBroken)
				}
			}
			agree(t, x, y)
			if t.Failed() {
				return
			}
		}
	})
}

func TestWaitingUsesNoCPU(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, n := range []int{0, 3} {
			a, _ := peer.Connect()
			ctx, cancel := context.WithCancel(context.Background())
			alone := begin("a", a, ctx, messages("a", n))
			synctest.Wait()
			for _, d := range []time.Duration{time.Millisecond, time.Second, time.Minute, time.Hour} {
				if n := woken(d); n > 1000 {
					t.Errorf("Exchange without a partner: goroutines woke up about %d times in %v in which nothing happened, want no wake-up: something polls", n, d)
					break
				}
			}
			cancel()
			<-alone.done
			if t.Failed() {
				return
			}
		}
	})
}
