package pool_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/pool"
)

// Each test runs in a bubble: time is virtual, and synctest.Wait returns when every other goroutine is blocked.

func TestSubmittedTasksRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := pool.New(pool.WithWorkers(2), pool.WithQueue(4))
		if err != nil {
			t.Fatalf("New: got %v, want nil", err)
		}
		var ran atomic.Int64
		for range 10 {
			err := p.Submit(context.Background(), func(context.Context) error {
				ran.Add(1)
				return nil
			})
			if err != nil {
				t.Errorf("Submit: got %v, want nil", err)
			}
		}
		if err := p.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown: got %v, want nil", err)
		}
		if got := ran.Load(); got != 10 {
			t.Errorf("tasks finished when Shutdown returned: got %d, want 10", got)
		}
		if err := p.Submit(context.Background(), func(context.Context) error { return nil }); !errors.Is(err, pool.ErrClosed) {
			t.Errorf("Submit after Shutdown: got %v, want %v", err, pool.ErrClosed)
		}
	})
}

func TestFullPoolPushesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := pool.New(pool.WithWorkers(1), pool.WithQueue(1))
		if err != nil {
			t.Fatalf("New: got %v, want nil", err)
		}
		gate := make(chan struct{})
		task := func(context.Context) error { <-gate; return nil }
		for range 2 { // one runs, one waits in the queue
			synctest.Wait()
			if err := p.TrySubmit(task); err != nil {
				t.Errorf("TrySubmit with room: got %v, want nil", err)
			}
		}
		if err := p.TrySubmit(task); !errors.Is(err, pool.ErrQueueFull) {
			t.Errorf("TrySubmit on a full pool: got %v, want %v", err, pool.ErrQueueFull)
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
	})
}

func TestPanicBecomesAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got error
		p, err := pool.New(pool.WithWorkers(1), pool.WithOnError(func(err error) { got = err }))
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
		if s := p.Stats(); s.Completed != 1 || s.Failed != 1 || s.Panicked != 1 {
			t.Errorf("Stats after one panic: got %+v, want Completed, Failed and Panicked 1", s)
		}
	})
}

func TestShutdownWaitsAsLongAsItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := pool.New(pool.WithWorkers(1))
		if err != nil {
			t.Fatalf("New: got %v, want nil", err)
		}
		gate := make(chan struct{})
		canceled := make(chan struct{})
		err = p.Submit(context.Background(), func(ctx context.Context) error {
			select {
			case <-ctx.Done():
				close(canceled)
			case <-gate:
				return nil
			}
			<-gate // and goes on for a while
			return nil
		})
		if err != nil {
			t.Errorf("Submit: got %v, want nil", err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := p.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown out of time: got %v, want %v", err, context.DeadlineExceeded)
		}
		synctest.Wait()
		select {
		case <-canceled:
		default:
			t.Error("context of the running task after Shutdown ran out of time: still live, want it canceled")
		}
		close(gate)
		if err := p.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown again, with time: got %v, want nil", err)
		}
	})
}
