package search_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/search"
)

func TestAllAsksAtOnceAndKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := search.New(polite("a", 300*time.Millisecond), polite("b", 0), stubborn("c", 200*time.Millisecond), polite("d", 100*time.Millisecond))
		for range 3 {
			begun := time.Now()
			got, err := e.All(context.Background(), "go", nil)
			sameAnswers(t, "All", got, err, "a", "b", "c", "d")
			took(t, "All with a slowest source of 300ms", begun, 300*time.Millisecond)
		}
	})
}

func TestAllGivesUpAtTheFirstFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w witness
		e := search.New(w.watch(polite("a", time.Hour)), w.watch(failing("b", 50*time.Millisecond, errNo)), w.watch(stubborn("c", time.Hour)), w.watch(failing("d", time.Minute, errors.New("late"))))
		begun := time.Now()
		got, err := e.All(context.Background(), "go", nil)
		if got != nil || !errors.Is(err, errNo) {
			t.Errorf("All with a failure after 50ms: got (%v, %v), want nil and an error that wraps %q", got, err, errNo)
		}
		took(t, "All with a failure after 50ms, other sources an hour", begun, 50*time.Millisecond)
		if n := w.live(); n > 0 {
			t.Errorf("All after a failure: %d of %d contexts given to sources are still live, want 0", n, w.asked())
		}
		time.Sleep(2 * time.Hour)
	})
}

func TestAllEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := search.New(stubborn("a", time.Hour), polite("b", time.Hour), polite("c", time.Millisecond))
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(time.Second, cancel)
		begun := time.Now()
		if got, err := e.All(ctx, "go", func(int) {}); got != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("All whose context was canceled after 1s: got (%v, %v), want nil and %v", got, err, context.Canceled)
		}
		took(t, "All whose context was canceled after 1s", begun, time.Second)
		time.Sleep(2 * time.Hour)

		begun = time.Now()
		if got, err := e.All(context.Background(), "go", nil); got != nil || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("All that is not complete within Timeout: got (%v, %v), want nil and %v", got, err, context.DeadlineExceeded)
		}
		took(t, "All that is not complete", begun, search.Timeout)
		time.Sleep(2 * time.Hour)

		// Nobody but All itself looks at this context.
		deaf := search.New(stubborn("a", time.Hour))
		begun = time.Now()
		ctx, cancel = context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if got, err := deaf.All(ctx, "go", nil); got != nil || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("All of a source that ignores its context, with a deadline in 1s: got (%v, %v), want nil and %v", got, err, context.DeadlineExceeded)
		}
		took(t, "All of a source that ignores its context, with a deadline in 1s", begun, time.Second)
		time.Sleep(2 * time.Hour)
	})
}

func TestProgressCountsAndStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, last := range []search.Source{polite("c", 450*time.Millisecond), failing("c", 450*time.Millisecond, errNo)} {
			type seen struct {
				at time.Duration
				n  int
			}
			begun := time.Now()
			var got []seen // no lock: no call of progress is left when All returns
			e := search.New(polite("a", 150*time.Millisecond), polite("b", 250*time.Millisecond), last)
			e.All(context.Background(), "go", func(n int) { got = append(got, seen{time.Since(begun), n}) })
			ms := time.Millisecond
			if want := []seen{{100 * ms, 0}, {200 * ms, 1}, {300 * ms, 2}, {400 * ms, 2}}; !slices.Equal(got, want) {
				t.Errorf("progress of sources that take 150, 250 and 450ms, as (when, answered): got %v, want %v", got, want)
			}
			got = nil
			time.Sleep(time.Second)
			if len(got) > 0 {
				t.Errorf("progress after All has returned: called %d times, want 0", len(got))
			}
		}
	})
}

// The last answer comes with a tick: whichever is first, progress is not running when All returns.
func TestNoProgressAfterwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := search.New(stubborn("a", 100*time.Millisecond), stubborn("b", 200*time.Millisecond))
		running, calls := false, 0 // no lock, see above
		for range 60 {
			got, err := e.All(context.Background(), "go", func(n int) {
				running = true
				yield(5)
				running = false
				calls++
				if n > 2 {
					t.Errorf("progress of two sources: got %d answered, want at most 2", n)
				}
			})
			sameAnswers(t, "All", got, err, "a", "b")
			if running || calls == 0 {
				t.Errorf("All with a source of 200ms, when it returns: progress running: %t, calls so far: %d, want false and at least 1", running, calls)
				return
			}
			calls = 0
			time.Sleep(time.Second)
			if calls > 0 {
				t.Errorf("progress after All has returned: called %d times, want 0", calls)
				return
			}
		}
	})
}

func TestContextsEndWithTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w witness
		e := search.New(w.watch(polite("a", time.Millisecond)), w.watch(polite("b", 2*time.Millisecond)))
		bad := search.New(w.watch(failing("a", time.Millisecond, errNo)), w.watch(failing("b", 2*time.Millisecond, errNo)))
		for _, c := range []struct {
			what string
			call func()
		}{
			{"First with failures only", func() { bad.First(context.Background(), "go") }},
			{"All with answers", func() { e.All(context.Background(), "go", nil) }},
			{"All with a failure", func() { bad.All(context.Background(), "go", nil) }},
		} {
			c.call()
			if n := w.live(); n > 0 {
				t.Errorf("%s: %d of the contexts given to sources are still live after the call, want 0: their timer of %v runs on", c.what, n, search.Timeout)
			}
			time.Sleep(time.Minute)
		}
	})
}
