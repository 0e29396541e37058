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

func TestShutdownOfAnIdlePool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, settled := range []bool{false, true} {
			p := newPool(t, pool.WithWorkers(3))
			if settled {
				synctest.Wait()
			}
			begun := time.Now()
			for _, which := range []string{"first", "second", "third"} {
				c := p.beginShutdown()
				time.Sleep(time.Second)
				if !c.returned() || c.err != nil {
					t.Errorf("%s Shutdown of an idle pool: %v, want nil at once", which, c)
				} else if d := c.at.Sub(begun); d > 50*time.Millisecond {
					t.Errorf("%s Shutdown of an idle pool: took %v, want it at once", which, d)
				}
				begun = time.Now()
			}
		}
	})
}

func TestShutdownLetsAcceptedTasksFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const tasks = 6
		p := newPool(t, pool.WithWorkers(2), pool.WithQueue(4))
		// Plain variables: what a task did must be visible after Shutdown.
		var ended [tasks]bool
		var contexts [tasks]error
		for i := range tasks {
			if i == 2 {
				synctest.Wait()
			}
			p.accept(func(ctx context.Context) error {
				time.Sleep(time.Second)
				ended[i], contexts[i] = true, ctx.Err()
				return nil
			})
		}
		begun := time.Now()
		p.drain()
		if d := time.Since(begun); d < 3*time.Second || d > 3*time.Second+50*time.Millisecond {
			t.Errorf("Shutdown with 6 tasks of 1s on 2 workers: returned after %v, want 3s", d)
		}
		for i := range tasks {
			if !ended[i] {
				t.Errorf("task %d of %d when Shutdown returned nil: not finished", i+1, tasks)
			}
			p.mustBe("context of a task during a Shutdown that has time", contexts[i], nil)
		}
	})
}

// No pause between New, Submit and Shutdown: the workers may not have started yet.
func TestShutdownRightAfterSubmit(t *testing.T) {
	const rounds, tasks = 16, 4
	synctest.Test(t, func(t *testing.T) {
		for round := range rounds {
			p := newPool(t, pool.WithWorkers(1+round%4), pool.WithQueue(tasks))
			var ran atomic.Int64
			p.accept(repeat(tasks, func(context.Context) error { ran.Add(1); return nil })...)
			p.drain()
			if got := ran.Load(); got != tasks {
				t.Errorf("tasks finished when Shutdown returned nil, called right after %d accepted Submits: got %d, want %d", tasks, got, tasks)
				return
			}
		}
	})
}

func TestClosedPoolAcceptsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, full := range []bool{false, true} {
			p := newPool(t, pool.WithWorkers(1), pool.WithQueue(2))
			g := newGate(t)
			var ran atomic.Int64
			count := func(context.Context) error { ran.Add(1); return nil }
			p.accept(g.task)
			synctest.Wait()
			if full {
				p.accept(g.tasks(2)...)
			}
			shutdown := p.beginShutdown()
			synctest.Wait()
			check := func(when string) {
				// Several times: with a place free, a select might take the one or the other.
				for range 20 {
					ctx, cancel := context.WithTimeout(context.Background(), time.Second)
					c := begin(func() error { return p.Submit(ctx, count) })
					try := begin(func() error { return p.TrySubmit(count) })
					synctest.Wait()
					if !c.returned() {
						t.Errorf("Submit %s: still blocked, want %v", when, pool.ErrClosed)
					} else {
						p.mustBe("Submit "+when, c.err, pool.ErrClosed)
					}
					if !try.returned() {
						t.Errorf("TrySubmit %s: still blocked, want %v", when, pool.ErrClosed)
					} else {
						p.mustBe("TrySubmit "+when, try.err, pool.ErrClosed)
					}
					cancel()
					synctest.Wait()
					if t.Failed() {
						return
					}
				}
			}
			when := "during Shutdown with places free"
			if full {
				when = "during Shutdown with the queue full"
			}
			check(when)
			g.open()
			synctest.Wait()
			if !shutdown.returned() || shutdown.err != nil {
				t.Errorf("Shutdown after all tasks finished: %v, want nil", shutdown)
			}
			check("after Shutdown")
			synctest.Wait()
			if n := ran.Load(); n != 0 {
				t.Errorf("tasks submitted after Shutdown began: %d ran, want 0", n)
			}
			if t.Failed() {
				return
			}
		}
	})
}

func TestShutdownReleasesBlockedSubmitters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, queue := range []int{0, 2} {
			p := newPool(t, pool.WithWorkers(1), pool.WithQueue(queue))
			g := newGate(t)
			var ran atomic.Int64
			p.accept(g.task)
			synctest.Wait()
			p.accept(g.tasks(queue)...)
			var blocked [4]*call
			for i := range blocked {
				blocked[i] = p.beginSubmit(func(context.Context) error { ran.Add(1); return nil })
			}
			synctest.Wait()
			shutdown := p.beginShutdown()
			synctest.Wait()
			for _, c := range blocked {
				if !c.returned() {
					t.Errorf("Submit blocked on a full pool (queue of %d) when Shutdown began: still blocked, want %v at once", queue, pool.ErrClosed)
				} else {
					p.mustBe("Submit blocked on a full pool when Shutdown began", c.err, pool.ErrClosed)
				}
			}
			if shutdown.returned() {
				t.Errorf("Shutdown while a task runs: returned %v, want it to wait", shutdown.err)
			}
			g.open()
			synctest.Wait()
			if !shutdown.returned() || shutdown.err != nil {
				t.Errorf("Shutdown after all accepted tasks finished: %v, want nil", shutdown)
			}
			if n := ran.Load(); n != 0 {
				t.Errorf("tasks that were not accepted before Shutdown: %d of 4 ran, want 0", n)
			}
			if n := p.Stats().Rejected; n > 4 {
				t.Errorf("Rejected after 4 calls of Submit were refused and none found the queue full: got %d, want at most 4", n)
			}
		}
	})
}

func TestShutdownOutOfTimeCancelsRunningTasks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := context.DeadlineExceeded
		for _, deadline := range []bool{true, false} {
			p := newPool(t, pool.WithWorkers(2), pool.WithQueue(4), pool.WithTaskTimeout(time.Hour))
			stubborn := newGate(t)
			var toldAt, queued, live atomic.Int64
			begun := time.Now()
			p.accept(func(ctx context.Context) error { // heeds its context
				select {
				case <-ctx.Done():
					toldAt.Store(int64(time.Since(begun)))
				case <-time.After(patience):
				}
				return nil
			})
			p.accept(stubborn.task)
			synctest.Wait()
			p.accept(repeat(3, func(ctx context.Context) error {
				queued.Add(1)
				if ctx.Err() == nil {
					live.Add(1)
				}
				return nil
			})...)

			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			if !deadline {
				cancel()
				ctx, cancel = context.WithCancel(context.Background())
				cause = context.Canceled
				time.AfterFunc(time.Second, cancel)
			}
			p.ended = true
			shutdown := begin(func() error { return p.Shutdown(ctx) })
			time.Sleep(2 * time.Second)
			if !shutdown.returned() {
				t.Errorf("Shutdown 1s after its context ended, with a task that ignores its own: still blocked, want %v", cause)
			} else {
				p.mustBe("Shutdown whose context ended", shutdown.err, cause)
				if d := shutdown.at.Sub(begun); d < time.Second || d > time.Second+50*time.Millisecond {
					t.Errorf("Shutdown whose context ended after 1s: returned after %v, want 1s", d)
				}
			}
			if d := time.Duration(toldAt.Load()); d == 0 || d > time.Second+50*time.Millisecond {
				t.Errorf("context of a running task, canceled by a Shutdown out of time after 1s: done after %v, want 1s (0s: never)", d)
			}
			stubborn.open()
			time.Sleep(2 * patience)
			again := p.beginShutdown()
			synctest.Wait()
			if !again.returned() || again.err != nil {
				t.Errorf("Shutdown again, after the last task ended: %v, want nil", again)
			}
			if n := live.Load(); n > 0 {
				t.Errorf("queued tasks after a Shutdown out of time: %d of %d ran with a live context, want them dropped or their context canceled", n, queued.Load())
			}
			if n := p.Stats().Running; n != 0 {
				t.Errorf("Stats after the pool is drained: Running %d, want 0", n)
			}
			cancel()
		}
	})
}

func TestShutdownAgainWaitsForTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, pool.WithWorkers(2))
		g := newGate(t)
		p.accept(g.tasks(2)...)
		synctest.Wait()
		for range 2 {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			p.ended = true
			c := begin(func() error { return p.Shutdown(ctx) })
			time.Sleep(2 * time.Second)
			cancel()
			synctest.Wait()
			if !c.returned() || !errors.Is(c.err, context.DeadlineExceeded) {
				t.Errorf("Shutdown with a deadline while tasks run: %v, want %v", c, context.DeadlineExceeded)
			}
		}
		last := p.beginShutdown()
		time.Sleep(time.Second)
		if last.returned() {
			t.Errorf("Shutdown after one that ran out of time, tasks still running: returned %v, want it to wait", last.err)
		}
		g.open()
		synctest.Wait()
		if !last.returned() || last.err != nil {
			t.Errorf("Shutdown after one that ran out of time, tasks finished: %v, want nil", last)
		}
	})
}

func TestShutdownFromManyGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, pool.WithWorkers(2), pool.WithQueue(2))
		g := newGate(t)
		var ctx context.Context
		p.accept(func(running context.Context) error { ctx = running; return g.task(running) })
		synctest.Wait()
		if ctx == nil {
			t.Fatal("task submitted to an idle pool: did not start")
		}
		ready := make(chan struct{})
		var patient [4]*call
		for i := range patient {
			ctx, cancel := context.WithCancel(context.Background())
			t.Cleanup(cancel)
			patient[i] = begin(func() error { <-ready; return p.Shutdown(ctx) })
		}
		p.ended = true
		synctest.Wait()
		close(ready)
		synctest.Wait()
		for _, c := range patient {
			if c.returned() {
				t.Errorf("one of 4 Shutdown calls at once while a task runs: returned %v, want each to wait", c.err)
			}
		}
		p.mustBe("context of a running task while every Shutdown has time", ctx.Err(), nil)

		short, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		hasty := begin(func() error { return p.Shutdown(short) })
		time.Sleep(2 * time.Second)
		if !hasty.returned() || !errors.Is(hasty.err, context.DeadlineExceeded) {
			t.Errorf("fifth Shutdown, with a deadline: %v, want %v", hasty, context.DeadlineExceeded)
		}
		if ctx.Err() == nil {
			t.Error("context of a running task after the fifth Shutdown ran out of time: still live, want it canceled")
		}
		for _, c := range patient {
			if c.returned() {
				t.Errorf("Shutdown with time, after another one ran out of it: returned %v, want it to wait for the task", c.err)
			}
		}
		g.open()
		synctest.Wait()
		for _, c := range patient {
			if !c.returned() || c.err != nil {
				t.Errorf("Shutdown after the last task finished: %v, want nil", c)
			}
		}
	})
}

// Submitters and Shutdown collide: whatever was accepted must have run when Shutdown returns.
func TestShutdownLosesNoAcceptedTask(t *testing.T) {
	const rounds, submitters, most = 16, 6, 20
	synctest.Test(t, func(t *testing.T) {
		for round := range rounds {
			p := newPool(t, pool.WithWorkers(2), pool.WithQueue(round%4*4))
			var accepted, ran atomic.Int64
			task := func(context.Context) error { ran.Add(1); return nil }
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			var calls [submitters]*call
			for i := range calls {
				calls[i] = begin(func() error {
					for n := range most {
						var err error
						if i == 0 {
							err = p.TrySubmit(task)
						} else {
							err = p.Submit(slowContext{ctx, (round + i + n) % 8}, task)
						}
						switch {
						case err == nil:
							accepted.Add(1)
						case errors.Is(err, pool.ErrClosed):
							return nil
						case !errors.Is(err, pool.ErrQueueFull):
							return err
						}
					}
					return nil
				})
			}
			yield(2 * round)
			p.drain()
			atReturn := ran.Load()
			for _, c := range calls {
				<-c.done
				p.mustBe("Submit while the pool shuts down", c.err, nil)
			}
			cancel()
			synctest.Wait()
			if got := accepted.Load(); got != atReturn {
				t.Errorf("Shutdown returned nil with %d tasks finished, %d were accepted and %d ran in the end: want the same number", atReturn, got, ran.Load())
			}
			if t.Failed() {
				return
			}
		}
	})
}

func TestIdleWorkersUseNoCPU(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const workers = 32
		p := newPool(t, pool.WithWorkers(workers), pool.WithQueue(workers))
		synctest.Wait()
		quiet(t, "idle pool that has not had a task")
		p.meet(workers)
		synctest.Wait()
		quiet(t, "idle pool that has run its tasks")
	})
}

func TestWaitingCallersUseNoCPU(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, pool.WithWorkers(1), pool.WithQueue(1))
		g := newGate(t)
		p.accept(g.task)
		synctest.Wait()
		p.accept(g.task)
		for range 16 {
			p.beginSubmit(nothing)
		}
		synctest.Wait()
		quiet(t, "16 blocked calls of Submit")
		for range 16 {
			p.beginShutdown()
		}
		synctest.Wait()
		quiet(t, "16 waiting calls of Shutdown")
		g.open()
		synctest.Wait()
	})
}
