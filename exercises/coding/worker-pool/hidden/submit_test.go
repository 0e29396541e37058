package pool_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/pool"
)

func TestNewRefusesBadSizes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			name string
			opts []pool.Option
			ok   bool
		}{
			{"WithWorkers(0)", []pool.Option{pool.WithWorkers(0)}, false},
			{"WithWorkers(-1)", []pool.Option{pool.WithWorkers(-1)}, false},
			{"WithQueue(-1)", []pool.Option{pool.WithQueue(-1)}, false},
			{"WithWorkers(1), WithQueue(0)", []pool.Option{pool.WithWorkers(1), pool.WithQueue(0)}, true},
		} {
			p, err := pool.New(c.opts...)
			if (err == nil) != c.ok {
				t.Errorf("New(%s): got error %v, want error: %t", c.name, err, !c.ok)
			}
			if err == nil {
				(&fixture{Pool: p, t: t}).drain()
			}
		}
	})
}

func TestDefaultsAreFourWorkersAndSixteenPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t)
		g := newGate(t)
		var started atomic.Int64
		task := func(ctx context.Context) error {
			started.Add(1)
			return g.task(ctx)
		}
		accepted := 0
		for accepted < 100 && p.TrySubmit(task) == nil {
			accepted++
			synctest.Wait()
		}
		if got := started.Load(); got != 4 || accepted != 20 {
			t.Errorf("New() and TrySubmit until refused: %d tasks run and %d are accepted in all, want 4 and 20", got, accepted)
		}
	})
}

func TestAllWorkersRunAndNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const workers, tasks = 3, 60
		p := newPool(t, pool.WithWorkers(workers), pool.WithQueue(tasks))
		begin := time.Now()
		var running, peak, last atomic.Int64
		p.accept(repeat(tasks, func(context.Context) error {
			for n := running.Add(1); ; {
				seen := peak.Load()
				if n <= seen || peak.CompareAndSwap(seen, n) {
					break
				}
			}
			time.Sleep(time.Millisecond)
			last.Store(int64(time.Since(begin)))
			running.Add(-1)
			return nil
		})...)
		p.drain()
		if got := peak.Load(); got != workers {
			t.Errorf("most tasks at once with %d workers: got %d, want %d", workers, got, workers)
		}
		if got, want := time.Duration(last.Load()), tasks/workers*time.Millisecond; got != want {
			t.Errorf("%d tasks of 1ms on %d workers took %v, want %v", tasks, workers, got, want)
		}
	})
}

func TestSubmitBlocksUntilThereIsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, queue := range []int{0, 1, 3} {
			p := newPool(t, pool.WithWorkers(2), pool.WithQueue(queue))
			first, rest := newGate(t), newGate(t)
			synctest.Wait()
			p.accept(first.task)
			synctest.Wait()
			p.accept(rest.tasks(1 + queue)...)
			synctest.Wait()
			extra := p.beginSubmit(rest.task)
			synctest.Wait()
			if extra.returned() {
				t.Errorf("Submit with 2 workers busy and a queue of %d full: returned %v, want it to block", queue, extra.err)
			}
			first.open()
			synctest.Wait()
			if !extra.returned() || extra.err != nil {
				t.Errorf("blocked Submit after a worker became free (queue of %d): %v, want nil", queue, extra)
			}
			rest.open()
			p.drain()
		}
	})
}

func TestTrySubmitNeverBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, queue := range []int{0, 2} {
			p := newPool(t, pool.WithWorkers(1), pool.WithQueue(queue))
			g := newGate(t)
			var ran atomic.Int64
			task := func(ctx context.Context) error {
				ran.Add(1)
				return g.task(ctx)
			}
			synctest.Wait()
			for i := range 1 + queue {
				try := begin(func() error { return p.TrySubmit(task) })
				synctest.Wait()
				if !try.returned() || try.err != nil {
					t.Errorf("TrySubmit %d of %d with room for it: %v, want nil", i+1, 1+queue, try)
				}
			}
			for range 5 {
				try := begin(func() error { return p.TrySubmit(task) })
				synctest.Wait()
				if !try.returned() {
					t.Errorf("TrySubmit on a full pool (queue of %d): still blocked, want %v at once", queue, pool.ErrQueueFull)
				} else {
					p.mustBe("TrySubmit on a full pool", try.err, pool.ErrQueueFull)
				}
			}
			g.open()
			synctest.Wait()
			p.mustBe("TrySubmit after the pool became free", p.TrySubmit(task), nil)
			p.drain()
			if got, want := ran.Load(), int64(2+queue); got != want {
				t.Errorf("tasks run after %d were accepted and 5 refused: got %d, want %d", want, got, want)
			}
		}
	})
}

// The gap between "is there room" and "take it" is short: several callers hurry towards the last place, again and again.
func TestTrySubmitFromManyAtOnce(t *testing.T) {
	const rounds, callers, queue = 12, 4, 20
	synctest.Test(t, func(t *testing.T) {
		for range rounds {
			p := newPool(t, pool.WithWorkers(1), pool.WithQueue(queue))
			g := newGate(t)
			p.accept(g.task)
			synctest.Wait()
			var ready, accepted atomic.Int64
			var calls [callers]*call
			for i := range calls {
				calls[i] = begin(func() error {
					for ready.Add(1); ready.Load() < callers; {
						yield(1)
					}
					for range queue + 1 {
						if err := p.TrySubmit(nothing); err != nil {
							return err
						}
						accepted.Add(1)
					}
					return nil
				})
			}
			synctest.Wait()
			for _, c := range calls {
				if !c.returned() {
					t.Errorf("one of %d goroutines in TrySubmit at once: still blocked, want it never to block", callers)
				} else {
					p.mustBe("TrySubmit until the pool is full", c.err, pool.ErrQueueFull)
				}
			}
			if got := accepted.Load(); got != queue && !t.Failed() {
				t.Errorf("%d goroutines in TrySubmit at once on %d places: %d tasks accepted, want %d", callers, queue, got, queue)
			}
			g.open()
			synctest.Wait()
			if t.Failed() {
				return
			}
			p.drain()
		}
	})
}

func TestSubmitGivesUpWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, queue := range []int{0, 1} {
			p := newPool(t, pool.WithWorkers(1), pool.WithQueue(queue))
			g := newGate(t)
			var ran atomic.Int64
			count := func(context.Context) error { ran.Add(1); return nil }
			p.accept(g.task)
			synctest.Wait()
			p.accept(g.tasks(queue)...)

			neighbour := p.beginSubmit(g.task) // waits longer than the two below, and goes on waiting
			synctest.Wait()

			ctx, cancel := context.WithCancel(context.Background())
			canceled := begin(func() error { return p.Submit(ctx, count) })
			synctest.Wait()
			cancel()
			synctest.Wait()
			if !canceled.returned() {
				t.Errorf("blocked Submit after its context was canceled: still blocked, want %v", context.Canceled)
			} else {
				p.mustBe("blocked Submit after its context was canceled", canceled.err, context.Canceled)
			}

			begun := time.Now()
			ctx, cancel = context.WithTimeout(context.Background(), time.Second)
			late := begin(func() error { return p.Submit(ctx, count) })
			time.Sleep(2 * time.Second)
			if !late.returned() {
				t.Errorf("blocked Submit 1s after its deadline: still blocked, want %v", context.DeadlineExceeded)
			} else {
				p.mustBe("blocked Submit after its deadline", late.err, context.DeadlineExceeded)
				if d := late.at.Sub(begun); d < time.Second || d > time.Second+50*time.Millisecond {
					t.Errorf("blocked Submit with a deadline in 1s: returned after %v, want 1s", d)
				}
			}
			cancel()
			if neighbour.returned() {
				t.Errorf("Submit on a full pool, beside two whose context ended: returned %v, want it to block", neighbour.err)
			}

			g.open()
			synctest.Wait()
			if !neighbour.returned() || neighbour.err != nil {
				t.Errorf("blocked Submit after the pool became free: %v, want nil", neighbour)
			}
			p.drain()
			if n := ran.Load(); n != 0 {
				t.Errorf("tasks whose Submit returned the context's error: %d of 2 ran, want 0", n)
			}
		}
	})
}

func TestContextEndsWhileSubmitLooksAtIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for looks := range int64(5) {
			p := newPool(t, pool.WithWorkers(1), pool.WithQueue(0))
			g := newGate(t)
			synctest.Wait()
			p.accept(g.task)
			synctest.Wait()
			alive, end := context.WithCancel(context.Background())
			ctx := &fragile{Context: alive, end: end}
			ctx.looks.Store(looks + 1)
			late := begin(func() error { return p.Submit(ctx, nothing) })
			synctest.Wait()
			end()
			synctest.Wait()
			if !late.returned() {
				t.Errorf("Submit on a full pool, its context canceled right after it was looked at for the %d. time: still blocked, want %v", looks+1, context.Canceled)
			} else {
				p.mustBe("Submit on a full pool, its context canceled right after it was looked at", late.err, context.Canceled)
			}
			g.open()
			p.drain()
		}
	})
}

func TestSubmitWithEndedContextAcceptsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const tries = 64
		p := newPool(t, pool.WithWorkers(2), pool.WithQueue(tries))
		var ran atomic.Int64
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		accepted := 0
		for range tries {
			synctest.Wait()
			err := p.Submit(ctx, func(context.Context) error { ran.Add(1); return nil })
			if err == nil {
				accepted++
			} else {
				p.mustBe("Submit with a context that has ended", err, context.Canceled)
			}
		}
		p.drain()
		if accepted > 0 || ran.Load() > 0 {
			t.Errorf("%d calls of Submit with an ended context on an idle pool: %d accepted and %d tasks ran, want 0 and 0", tries, accepted, ran.Load())
		}
	})
}

func TestAcceptedTaskIsFreeOfItsSubmitContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, pool.WithWorkers(1), pool.WithQueue(2))
		g := newGate(t)
		ctx, cancel := context.WithCancel(context.Background())
		var seen [2]error
		var ran [2]bool
		var running context.Context
		if err := p.Submit(ctx, func(ctx context.Context) error { running = ctx; return g.task(ctx) }); err != nil {
			t.Fatalf("Submit on an idle pool: got %v, want nil", err)
		}
		synctest.Wait()
		for i := range seen {
			err := p.Submit(ctx, func(ctx context.Context) error { ran[i], seen[i] = true, ctx.Err(); return nil })
			if err != nil {
				t.Fatalf("Submit with room in the queue: got %v, want nil", err)
			}
		}
		synctest.Wait()
		cancel()
		synctest.Wait()
		if running == nil {
			t.Fatal("task submitted to an idle pool: did not start")
		}
		p.mustBe("context of a running task after the context of its Submit ended", running.Err(), nil)
		g.open()
		p.drain()
		for i := range seen {
			if !ran[i] {
				t.Errorf("queued task %d after the context of its Submit ended: did not run, want it to run", i+1)
			}
			p.mustBe("context of a queued task after the context of its Submit ended", seen[i], nil)
		}
	})
}

func TestNilTaskIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, pool.WithWorkers(1), pool.WithQueue(1))
		synctest.Wait()
		if p.Submit(context.Background(), nil) == nil {
			t.Error("Submit(ctx, nil): got nil, want an error")
		}
		if p.TrySubmit(nil) == nil {
			t.Error("TrySubmit(nil): got nil, want an error")
		}
		synctest.Wait()
		p.accept(nothing)
		p.drain()
		if s := p.Stats(); s.Submitted != 1 || s.Completed != 1 || s.Failed != 0 {
			t.Errorf("Stats after two nil tasks and a good one: got %+v, want Submitted 1, Completed 1, Failed 0", s)
		}
	})
}

// More submitters than places: a wake-up that goes to the wrong one, or to nobody, leaves somebody behind.
func TestEverySubmitterGetsItsTurn(t *testing.T) {
	const rounds, submitters, each = 6, 6, 15
	synctest.Test(t, func(t *testing.T) {
		for round := range rounds {
			p := newPool(t, pool.WithWorkers(1+round%3), pool.WithQueue(round%2))
			var ran atomic.Int64
			var calls [submitters]*call
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			for i := range calls {
				calls[i] = begin(func() error {
					for range each {
						err := p.Submit(slowContext{ctx, i % 3}, func(context.Context) error {
							yield(i % 2)
							ran.Add(1)
							return nil
						})
						if err != nil {
							return err
						}
					}
					return nil
				})
			}
			for _, c := range calls {
				<-c.done
				p.mustBe("Submit among 6 submitters, all tasks short", c.err, nil)
			}
			cancel()
			p.drain()
			if got := ran.Load(); got != submitters*each && !t.Failed() {
				t.Errorf("tasks run: got %d, want %d", got, submitters*each)
			}
			if t.Failed() {
				return
			}
		}
	})
}

// One of two blocked Submits is canceled at the very moment at which the worker becomes free: it either takes the worker or
// leaves it to the other.
func TestCanceledSubmitPassesItsTurnOn(t *testing.T) {
	const rounds = 32
	synctest.Test(t, func(t *testing.T) {
		for round := range rounds {
			p := newPool(t, pool.WithWorkers(1), pool.WithQueue(0))
			first, second := newGate(t), newGate(t)
			p.accept(first.task)
			synctest.Wait()
			ctx, cancel := context.WithCancel(context.Background())
			var quitter, stayer *call
			var quitterRan atomic.Bool
			quit := func() {
				quitter = begin(func() error {
					return p.Submit(ctx, func(ctx context.Context) error {
						quitterRan.Store(true)
						return second.task(ctx)
					})
				})
				synctest.Wait()
			}
			if round%4 < 2 {
				quit()
			}
			stayer = p.beginSubmit(nothing)
			synctest.Wait()
			if round%4 >= 2 {
				quit()
			}
			if round%2 == 0 {
				first.open()
				yield(round / 4 % 4)
				cancel()
			} else {
				cancel()
				yield(round / 4 % 4)
				first.open()
			}
			synctest.Wait()
			second.open()
			synctest.Wait()
			if !quitter.returned() {
				t.Error("canceled Submit: still blocked, want it to return")
			} else if quitter.err != nil && quitterRan.Load() {
				t.Errorf("Submit canceled as the worker became free: returned %v, but its task ran", quitter.err)
			}
			if !stayer.returned() || stayer.err != nil {
				t.Errorf("Submit blocked beside one that was canceled as the worker became free: %v, want nil: the worker is idle", stayer)
			}
			cancel()
			if t.Failed() {
				return
			}
			p.drain()
		}
	})
}

func TestPoolCanBeUsedFromATask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, pool.WithWorkers(2), pool.WithQueue(4))
		var child atomic.Int64
		count := func(context.Context) error { child.Add(1); return nil }
		var submitted, tried error
		var stats pool.Stats
		p.accept(func(ctx context.Context) error {
			submitted = p.Submit(ctx, count)
			tried = p.TrySubmit(count)
			stats = p.Stats()
			return nil
		})
		synctest.Wait()
		p.drain()
		p.mustBe("Submit from a task with room", submitted, nil)
		p.mustBe("TrySubmit from a task with room", tried, nil)
		if stats.Running < 1 {
			t.Errorf("Stats from a task: got Running %d, want at least 1", stats.Running)
		}
		if got := child.Load(); got != 2 {
			t.Errorf("tasks submitted by a task: %d ran, want 2", got)
		}
	})
}

func TestBlockedSubmitHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, pool.WithWorkers(1), pool.WithQueue(1))
		g := newGate(t)
		p.accept(g.task)
		synctest.Wait()
		p.accept(g.task)
		blocked := p.beginSubmit(g.task)
		synctest.Wait()

		try := begin(func() error { return p.TrySubmit(nothing) })
		stats := begin(func() error { p.Stats(); return nil })
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		late := begin(func() error { return p.Submit(ctx, nothing) })
		time.Sleep(2 * time.Second)
		if !try.returned() || try.err == nil {
			t.Errorf("TrySubmit beside a blocked Submit: %v, want %v", try, pool.ErrQueueFull)
		}
		if !stats.returned() {
			t.Error("Stats beside a blocked Submit: still blocked, want it to return")
		}
		if !late.returned() || late.err == nil {
			t.Errorf("Submit with a deadline beside a blocked Submit: %v, want %v", late, context.DeadlineExceeded)
		}
		g.open()
		synctest.Wait()
		if !blocked.returned() || blocked.err != nil {
			t.Errorf("blocked Submit after the pool became free: %v, want nil", blocked)
		}
	})
}
