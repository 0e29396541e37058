package pool_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/pool"
)

const idle = 10 * time.Second

// workers checks how many there are once nothing moves.
func (f *fixture) workers(when string, want int) {
	f.t.Helper()
	synctest.Wait()
	if got := f.Stats().Workers; got != want {
		f.t.Errorf("Stats().Workers %s: got %d, want %d", when, got, want)
	}
}

// started checks how many workers have been started so far.
func (f *fixture) started(when string, want uint64) {
	f.t.Helper()
	synctest.Wait()
	if got := f.Stats().Started; got != want {
		f.t.Errorf("Stats().Started %s: got %d, want %d", when, got, want)
	}
}

// busy makes the pool grow to n workers and lets all of them become idle at the same instant.
func (f *fixture) busy(n int) {
	f.t.Helper()
	g := newGate(f.t)
	f.accept(g.tasks(n)...)
	synctest.Wait()
	if s := f.Stats(); s.Running != n {
		f.t.Errorf("Stats().Running after %d tasks on a pool that may have so many workers: got %d, want %d", n, s.Running, n)
	}
	g.open()
	synctest.Wait()
}

func TestGrowsByOneForEachTaskTooMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const least, most, queue = 2, 5, 3
		for _, settled := range []bool{true, false} {
			p := newPool(t, pool.WithWorkers(least, most), pool.WithQueue(queue))
			if settled {
				p.workers("of a new pool of 2 to 5", least)
			}
			g := newGate(t)
			for n := 1; n <= most+queue; n++ {
				p.mustBe("TrySubmit with room", p.TrySubmit(g.task), nil)
				if settled {
					synctest.Wait()
				}
				if got, want := p.Stats().Workers, min(max(n, least), most); got != want {
					t.Errorf("Stats().Workers with %d unfinished tasks in a pool of 2 to 5 (workers have had time to start: %t): got %d, want %d", n, settled, got, want)
				}
			}
			p.mustBe("TrySubmit with 5 workers busy and 3 tasks queued", p.TrySubmit(g.task), pool.ErrQueueFull)
			synctest.Wait()
			if s := p.Stats(); s.Running != most || s.Queued != queue {
				t.Errorf("Stats with 8 unfinished tasks in a pool of 2 to 5: got Running %d and Queued %d, want 5 and 3", s.Running, s.Queued)
			}
			g.open()
			p.drain()
			if s := p.Stats(); s.Workers != 0 || s.Started != most {
				t.Errorf("Stats after Shutdown of a pool that had 5 workers: got Workers %d and Started %d, want 0 and 5", s.Workers, s.Started)
			}
		}
	})
}

func TestIdleWorkerIsUsedBeforeOneIsAdded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, least := range []int{0, 1, 3} {
			p := newPool(t, pool.WithWorkers(least, 6), pool.WithIdle(idle))
			for range 20 {
				p.accept(nothing)
				synctest.Wait()
				time.Sleep(idle / 3)
			}
			p.workers("after 20 tasks one after the other", max(least, 1))
			p.started("after 20 tasks one after the other", uint64(max(least, 1)))
			p.drain()
		}
	})
}

func TestManyAtOnceGrowNoFurtherThanAllowed(t *testing.T) {
	const rounds, callers, most, queue = 150, 8, 3, 2
	synctest.Test(t, func(t *testing.T) {
		for round := range rounds {
			p := newPool(t, pool.WithWorkers(round%2, most), pool.WithQueue(queue))
			g := newGate(t)
			var accepted atomic.Int64
			ready := make(chan struct{})
			for range callers {
				go func() {
					<-ready
					if p.TrySubmit(g.task) == nil {
						accepted.Add(1)
					}
				}()
			}
			synctest.Wait()
			close(ready)
			synctest.Wait()
			if s := p.Stats(); accepted.Load() != most+queue || s.Workers != most || s.Running != most || s.Queued != queue {
				t.Errorf("8 calls of TrySubmit at once, at most 3 workers and 2 places: %d accepted, Stats %+v, want 5 accepted, Workers 3, Running 3, Queued 2", accepted.Load(), s)
			}
			g.open()
			p.drain()
			if t.Failed() {
				return
			}
		}
	})
}

func TestShrinksWhenIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, pool.WithWorkers(1, 6), pool.WithIdle(idle))
		for range 3 {
			p.busy(6)
			large := inside()
			time.Sleep(idle - time.Millisecond)
			p.workers("1ms before the idle time is over", 6)
			time.Sleep(time.Millisecond)
			p.workers("when six workers have been idle for the idle time, least 1", 1)
			if ended := large - inside(); ended != 5 {
				t.Errorf("goroutines that ended as the pool went from 6 workers to 1: got %d, want 5", ended)
			}
			time.Sleep(10 * idle)
			p.workers("ten idle times later", 1)
		}
		p.started("after growing from 1 to 6 three times", 16)
	})
}

func TestEachWorkerHasItsOwnIdleTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, least := range []int{0, 2} {
			p := newPool(t, pool.WithWorkers(least, 4), pool.WithIdle(idle))
			for i := range 4 {
				p.accept(func(context.Context) error { time.Sleep(time.Duration(i+1) * time.Second); return nil })
			}
			time.Sleep(idle + time.Second/2)
			p.workers("half a second before the first of four workers is due", 4)
			for left := 3; left >= 0; left-- {
				time.Sleep(time.Second)
				p.workers("when the next of four workers has been idle for the idle time", max(left, least))
			}
			p.drain()
		}
	})
}

func TestNeverFewerThanTheLeast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, least := range []int{1, 2, 5} {
			for range 20 {
				p := newPool(t, pool.WithWorkers(least, 6), pool.WithIdle(idle))
				time.Sleep(2 * idle)
				p.workers("of a pool that has had no task for twice the idle time", least)
				p.busy(6)
				time.Sleep(3 * idle)
				p.workers("long after a burst", least)
				started := p.Stats().Started
				p.meet(least)
				p.started("after as many tasks at once as there must be workers", started)
				time.Sleep(3 * idle)
				p.workers("long after that", least)
				p.drain()
				if t.Failed() {
					return
				}
			}
		}
	})
}

// One worker is enough for what comes; if the tasks went round, all six would stay awake.
func TestLightLoadDoesNotKeepThePoolLarge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, least := range []int{0, 1, 2} {
			p := newPool(t, pool.WithWorkers(least, 6), pool.WithIdle(idle))
			p.busy(6)
			for range 16 {
				time.Sleep(idle / 10)
				p.accept(nothing)
			}
			p.workers("after a burst and one short task every tenth of the idle time since", max(least, 1))
			p.started("after a burst and one short task at a time", 6)
			p.drain()
		}
	})
}

func TestWavesFindTheSameWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, least := range []int{0, 2} {
			p := newPool(t, pool.WithWorkers(least, 6), pool.WithIdle(idle))
			var mu sync.Mutex
			seen := map[string]bool{}
			for range 10 {
				g := newGate(t)
				p.accept(repeat(6, func(ctx context.Context) error {
					id := goroutine()
					mu.Lock()
					seen[id] = true
					mu.Unlock()
					return g.task(ctx)
				})...)
				synctest.Wait()
				g.open()
				p.workers("between two waves of six tasks", 6)
				time.Sleep(idle / 2)
			}
			p.started("after ten waves of six tasks with half the idle time between them", 6)
			if len(seen) != 6 {
				t.Errorf("goroutines that ran the tasks of ten waves of six: got %d, want 6: a worker runs one task after another", len(seen))
			}
			p.drain()
		}
	})
}

func TestPanicKeepsItsWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, pool.WithWorkers(1, 4), pool.WithIdle(idle))
		p.busy(4)
		for range 8 {
			p.accept(func(context.Context) error { panic("no") })
			p.workers("after a task that panicked on a pool of four", 4)
		}
		p.started("after tasks that panicked", 4)
	})
}

// Tasks come at the very instant at which workers end.
func TestShrinkingLosesNoTask(t *testing.T) {
	const rounds = 240
	synctest.Test(t, func(t *testing.T) {
		for round := range rounds {
			n := 1 + round%4
			p := newPool(t, pool.WithWorkers(round%2*n/2, 4), pool.WithQueue(round%3), pool.WithIdle(idle))
			p.busy(n)
			var ran, accepted atomic.Int64
			task := func(context.Context) error { ran.Add(1); return nil }
			submit := func() {
				var err error
				if round%2 == 0 {
					err = p.TrySubmit(task)
				} else {
					err = p.Submit(context.Background(), task)
				}
				if err == nil {
					accepted.Add(1)
				}
			}
			for i := range n {
				time.AfterFunc(idle, func() {
					yield((round + i) % 5)
					submit()
				})
			}
			time.Sleep(idle)
			yield(round % 7)
			submit()
			synctest.Wait()
			if s := p.Stats(); ran.Load() != accepted.Load() || accepted.Load() == 0 || s.Running != 0 || s.Queued != 0 || s.Workers > 4 {
				t.Errorf("%d tasks accepted at the instant at which %d workers were due: %d ran, Stats %+v, want all to run and Running 0, Queued 0, at most 4 Workers", accepted.Load(), n, ran.Load(), s)
				return
			}
			p.drain()
			if t.Failed() {
				return
			}
		}
	})
}

// Shutdown comes at the very instant at which workers end.
func TestShrinkingMeetsShutdown(t *testing.T) {
	const rounds = 200
	synctest.Test(t, func(t *testing.T) {
		for round := range rounds {
			p := newPool(t, pool.WithWorkers(round%3, 4), pool.WithIdle(idle))
			p.busy(1 + round%4)
			time.Sleep(idle)
			yield(round % 8)
			p.drain()
			if s := p.Stats(); s.Workers != 0 {
				t.Errorf("Stats().Workers after a Shutdown at the instant at which workers were due: got %d, want 0", s.Workers)
				return
			}
		}
	})
}

func TestIdlePoolUsesNoCPU(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, least := range []int{0, 8} {
			p := newPool(t, pool.WithWorkers(least, 32), pool.WithIdle(idle))
			synctest.Wait()
			quiet(t, "idle pool that has not had a task")
			p.busy(32)
			quiet(t, "pool of 32 idle workers")
			p.workers("a day after a burst", least)
			p.drain()
		}
	})
}
