package pool_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/pool"
)

// errorLog is an error callback that keeps what it was called with.
type errorLog struct {
	mu   sync.Mutex
	errs []error
}

func (l *errorLog) add(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.errs = append(l.errs, err)
}

func TestPanicHarmsNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const workers = 3
		p := newPool(t, upTo(workers), pool.WithQueue(20))
		p.accept(repeat(4*workers, func(context.Context) error { panic("boom") })...)
		p.accept(func(context.Context) error {
			var m map[string]int
			m["x"] = 1 // a panic of the runtime
			return nil
		})
		synctest.Wait()
		p.meet(workers)
		p.drain()
		s := p.Stats()
		if s.Panicked != 13 || s.Failed != 13 || s.Completed != 16 || s.Running != 0 {
			t.Errorf("Stats after 13 panics and 3 good tasks: got %+v, want Panicked 13, Failed 13, Completed 16, Running 0", s)
		}
	})
}

func TestPanicReachesTheCallback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type secret struct{ n int }
		var log errorLog
		p := newPool(t, upTo(1), pool.WithOnError(log.add))
		p.accept(func(context.Context) error { panic(secret{42}) })
		p.drain()
		if len(log.errs) != 1 {
			t.Fatalf("error callback after one panic: called %d times, want 1", len(log.errs))
		}
		var pe *pool.PanicError
		if !errors.As(log.errs[0], &pe) {
			t.Fatalf("error callback after a panic: got a %T, want a *pool.PanicError", log.errs[0])
		}
		if pe.Value != (secret{42}) {
			t.Errorf("PanicError.Value: got %#v, want the very value given to panic", pe.Value)
		}
		if pe.Error() == "" {
			t.Error("PanicError.Error(): got an empty text")
		}
	})
}

func TestEachFailureReachesTheCallbackOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log errorLog
		p := newPool(t, upTo(4), pool.WithQueue(50), pool.WithOnError(log.add))
		var want []error
		for i := range 40 {
			var err error
			if i%2 == 0 {
				err = fmt.Errorf("task %d", i)
				want = append(want, err)
			}
			p.accept(func(context.Context) error { return err })
		}
		p.drain()
		if len(log.errs) != len(want) {
			t.Errorf("error callback for %d failed and 20 good tasks: called %d times, want %d", len(want), len(log.errs), len(want))
		}
		for _, err := range want {
			if !slices.ContainsFunc(log.errs, func(got error) bool { return errors.Is(got, err) }) {
				t.Errorf("error callback: never called with the error of %q", err)
			}
		}
		if s := p.Stats(); s.Completed != 40 || s.Failed != 20 || s.Panicked != 0 {
			t.Errorf("Stats after 20 failed and 20 good tasks: got %+v, want Completed 40, Failed 20, Panicked 0", s)
		}
	})
}

func TestTaskTimeoutCountsFromTheStartOfEachTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const timeout = time.Second
		var log errorLog
		p := newPool(t, upTo(1), pool.WithTaskTimeout(timeout), pool.WithOnError(log.add))
		type seen struct {
			bound bool
			left  time.Duration
			after time.Duration
		}
		got := make([]seen, 3)
		for i := range got {
			p.accept(func(ctx context.Context) error {
				begun := time.Now()
				deadline, ok := ctx.Deadline()
				select {
				case <-ctx.Done():
				case <-time.After(patience / 10):
				}
				got[i] = seen{ok, deadline.Sub(begun), time.Since(begun)}
				return ctx.Err()
			})
		}
		p.drain()
		for i, s := range got {
			if want := (seen{true, timeout, timeout}); s != want {
				t.Errorf("task %d of 3 on one worker with a timeout of 1s: (deadline set, time left at start, done after) = %v, want %v", i+1, s, want)
			}
		}
		if len(log.errs) != 3 {
			t.Errorf("error callback for 3 tasks that return their context's error: called %d times, want 3", len(log.errs))
		}
		for _, err := range log.errs {
			p.mustBe("error of a task that ran out of time", err, context.DeadlineExceeded)
		}
	})
}

func TestTimerOfAFinishedTaskIsReleased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, upTo(1), pool.WithTaskTimeout(time.Hour))
		contexts := make(chan context.Context, 2)
		p.accept(func(ctx context.Context) error { contexts <- ctx; return nil })
		p.accept(func(ctx context.Context) error { contexts <- ctx; panic("boom") })
		synctest.Wait()
		if got := len(contexts); got != 2 {
			t.Fatalf("tasks started of 2 accepted: got %d, want 2", got)
		}
		for range 2 {
			if ctx := <-contexts; ctx.Err() == nil {
				t.Error("context of a task that has returned or panicked: still live, want it canceled so that its timer of 1h goes")
			}
		}
	})
}

func TestStatsWhileBusyAndAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, upTo(2), pool.WithQueue(3))
		synctest.Wait()
		if got, want := p.Stats(), (pool.Stats{Workers: 1, Started: 1}); got != want {
			t.Errorf("Stats of a new pool: got %+v, want %+v", got, want)
		}
		g := newGate(t)
		p.accept(g.tasks(2)...)
		synctest.Wait()
		p.accept(g.tasks(3)...)
		p.mustBe("TrySubmit on a full pool", p.TrySubmit(nothing), pool.ErrQueueFull)
		p.mustBe("TrySubmit on a full pool", p.TrySubmit(nothing), pool.ErrQueueFull)
		synctest.Wait()
		if got, want := p.Stats(), (pool.Stats{Submitted: 5, Rejected: 2, Running: 2, Queued: 3, Workers: 2, Started: 2}); got != want {
			t.Errorf("Stats with 2 tasks running, 3 queued, 2 refused: got %+v, want %+v", got, want)
		}
		blocked := p.beginSubmit(nothing)
		synctest.Wait()
		if got := p.Stats(); got.Submitted != 5 || got.Running != 2 || got.Queued != 3 {
			t.Errorf("Stats with a Submit blocked on a full pool: got %+v, want it not counted yet: Submitted 5, Running 2, Queued 3", got)
		}
		g.open()
		synctest.Wait()
		if !blocked.returned() {
			t.Error("blocked Submit after the pool became free: still blocked, want nil")
		}
		p.drain()
		if got, want := p.Stats(), (pool.Stats{Submitted: 6, Completed: 6, Rejected: 2, Started: 2}); got != want {
			t.Errorf("Stats after Shutdown: got %+v, want %+v", got, want)
		}
	})
}
