package pool_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/pool"
)

// Each test runs in a bubble: time is virtual, and synctest.Wait returns when every other goroutine is blocked.

func TestPoolFollowsTheLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := pool.New(pool.WithWorkers(1, 3), pool.WithQueue(2), pool.WithIdle(time.Minute))
		if err != nil {
			t.Fatalf("New: got %v, want nil", err)
		}
		gate := make(chan struct{})
		task := func(context.Context) error { <-gate; return nil }
		for i, want := range []int{1, 2, 3, 3, 3} { // three run, two wait in the queue
			if err := p.TrySubmit(task); err != nil {
				t.Errorf("TrySubmit %d with room: got %v, want nil", i+1, err)
			}
			synctest.Wait()
			if got := p.Stats().Workers; got != want {
				t.Errorf("Stats().Workers with %d unfinished tasks: got %d, want %d", i+1, got, want)
			}
		}
		if err := p.TrySubmit(task); !errors.Is(err, pool.ErrQueueFull) {
			t.Errorf("TrySubmit on a full pool: got %v, want %v", err, pool.ErrQueueFull)
		}
		close(gate)
		synctest.Wait()
		for _, c := range []struct {
			pass time.Duration
			want int
		}{{time.Minute - time.Millisecond, 3}, {time.Millisecond, 1}, {time.Hour, 1}} {
			time.Sleep(c.pass)
			synctest.Wait()
			if got := p.Stats().Workers; got != c.want {
				t.Errorf("Stats().Workers another %v later: got %d, want %d", c.pass, got, c.want)
			}
		}
		if err := p.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown: got %v, want nil", err)
		}
	})
}

func TestFullPoolPushesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := pool.New(pool.WithWorkers(0, 1), pool.WithQueue(0))
		if err != nil {
			t.Fatalf("New: got %v, want nil", err)
		}
		gate := make(chan struct{})
		task := func(context.Context) error { <-gate; return nil }
		if err := p.Submit(context.Background(), task); err != nil {
			t.Errorf("Submit on an idle pool: got %v, want nil", err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		begun := time.Now()
		if err := p.Submit(ctx, task); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Submit on a full pool with a deadline: got %v, want %v", err, context.DeadlineExceeded)
		}
		if d := time.Since(begun); d != time.Second {
			t.Errorf("Submit on a full pool with a deadline in 1s: took %v, want 1s", d)
		}
		close(gate)
		if err := p.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown: got %v, want nil", err)
		}
		if err := p.Submit(context.Background(), task); !errors.Is(err, pool.ErrClosed) {
			t.Errorf("Submit after Shutdown: got %v, want %v", err, pool.ErrClosed)
		}
	})
}

func TestPanicBecomesAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got error
		p, err := pool.New(pool.WithWorkers(1, 1), pool.WithOnError(func(err error) { got = err }))
		if err != nil {
			t.Fatalf("New: got %v, want nil", err)
		}
		if err := p.Submit(context.Background(), func(context.Context) error { panic("boom") }); err != nil {
			t.Errorf("Submit: got %v, want nil", err)
		}
		if err := p.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown: got %v, want nil", err)
		}
		var pe *pool.PanicError
		if !errors.As(got, &pe) || pe.Value != "boom" {
			t.Errorf(`error callback after panic("boom"): got %#v, want a *pool.PanicError with Value "boom"`, got)
		}
		if s := p.Stats(); s.Completed != 1 || s.Failed != 1 || s.Panicked != 1 || s.Workers != 0 {
			t.Errorf("Stats after one panic and Shutdown: got %+v, want Completed, Failed and Panicked 1, Workers 0", s)
		}
	})
}
