package pool_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay.test/pool"
)

// patience is virtual in all tests but those that say so: nobody waits for it.
const patience = time.Minute

// fixture is a pool that is drained when its test ends, whatever happens.
type fixture struct {
	*pool.Pool
	t     *testing.T
	ended bool
}

func newPool(t *testing.T, opts ...pool.Option) *fixture {
	t.Helper()
	p, err := pool.New(opts...)
	if err != nil || p == nil {
		t.Fatalf("New: got (%v, %v), want a pool and no error", p, err)
	}
	f := &fixture{Pool: p, t: t}
	t.Cleanup(func() {
		if f.ended {
			return
		}
		if err := f.shutdown(); err != nil {
			t.Errorf("Shutdown while every task can finish: got %v, want nil", err)
		}
	})
	return f
}

func (f *fixture) shutdown() error {
	f.ended = true
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return f.Shutdown(ctx)
}

// drain shuts the pool down; every task must be able to finish by now. The test ends if that fails: what tasks have written
// may be read only after a complete Shutdown.
func (f *fixture) drain() {
	f.t.Helper()
	if err := f.shutdown(); err != nil {
		f.t.Fatalf("Shutdown while every task can finish: got %v, want nil", err)
	}
}

// accept submits tasks for which there is room.
func (f *fixture) accept(tasks ...pool.Task) {
	f.t.Helper()
	for i, task := range tasks {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		err := f.Submit(ctx, task)
		cancel()
		if err != nil {
			f.t.Fatalf("Submit of task %d of %d with room for all: got %v, want nil", i+1, len(tasks), err)
		}
	}
}

// gate is closed until it is opened; its tasks end when it opens and do not look at their context.
type gate struct {
	opened chan struct{}
	open   func()
}

func newGate(t *testing.T) *gate {
	g := &gate{opened: make(chan struct{})}
	g.open = sync.OnceFunc(func() { close(g.opened) })
	t.Cleanup(g.open)
	return g
}

func (g *gate) task(context.Context) error {
	<-g.opened
	return nil
}

func (g *gate) tasks(n int) []pool.Task { return repeat(n, g.task) }

func repeat(n int, task pool.Task) []pool.Task {
	tasks := make([]pool.Task, n)
	for i := range tasks {
		tasks[i] = task
	}
	return tasks
}

func nothing(context.Context) error { return nil }

// call is a call that may block, made on a goroutine of its own.
type call struct {
	done chan struct{}
	err  error
	at   time.Time
}

func begin(f func() error) *call {
	c := &call{done: make(chan struct{})}
	go func() {
		defer close(c.done)
		c.err = f()
		c.at = time.Now()
	}()
	return c
}

func (c *call) returned() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

func (c *call) String() string {
	if !c.returned() {
		return "still blocked"
	}
	return fmt.Sprint(c.err)
}

// beginSubmit starts a Submit that is let go when the test ends, so that a stuck one does not outlive its test.
func (f *fixture) beginSubmit(task pool.Task) *call {
	ctx, cancel := context.WithCancel(context.Background())
	f.t.Cleanup(cancel)
	return begin(func() error { return f.Submit(ctx, task) })
}

func (f *fixture) beginShutdown() *call {
	ctx, cancel := context.WithCancel(context.Background())
	f.t.Cleanup(cancel)
	f.ended = true
	return begin(func() error { return f.Shutdown(ctx) })
}

// unknown is an error that nothing returns.
var unknown = errors.New("unknown")

func (f *fixture) mustBe(what string, got, want error) {
	f.t.Helper()
	if errors.Is(got, unknown) {
		f.t.Errorf("%s: got a %T, which errors.Is takes for any error, want %v", what, got, want)
	}
	if want == nil && got != nil || want != nil && !errors.Is(got, want) {
		f.t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// meet submits n tasks that wait for one another: they end only if all of them run at once.
func (f *fixture) meet(n int) {
	f.t.Helper()
	var arrived, missed atomic.Int64
	all := make(chan struct{})
	f.accept(repeat(n, func(context.Context) error {
		if arrived.Add(1) == int64(n) {
			close(all)
		}
		select {
		case <-all:
		case <-time.After(patience):
			missed.Add(1)
		}
		return nil
	})...)
	time.Sleep(2 * patience)
	if missed.Load() > 0 {
		f.t.Errorf("%d tasks on %d free workers: they never ran all at the same time", n, n)
	}
}

// slowContext lets other goroutines go first whenever it is looked at: the gap between a check and what follows it opens wide.
type slowContext struct {
	context.Context
	yields int
}

func (c slowContext) Done() <-chan struct{} {
	yield(c.yields)
	return c.Context.Done()
}

func (c slowContext) Err() error {
	yield(c.yields)
	return c.Context.Err()
}

// fragile is a context that ends right after it was looked at so many times: whoever saw it alive is about to wait.
type fragile struct {
	context.Context
	end   context.CancelFunc
	looks atomic.Int64
}

func (c *fragile) Err() error {
	err := c.Context.Err()
	if c.looks.Add(-1) == 0 {
		c.end()
		yield(100) // those that are told of the end go first
	}
	return err
}

func yield(n int) {
	for range n {
		runtime.Gosched()
	}
}

// scheduled returns how often goroutines of this process have been scheduled so far; the runtime looks at one time in eight.
func scheduled() uint64 {
	sample := []metrics.Sample{{Name: "/sched/latencies:seconds"}}
	metrics.Read(sample)
	var n uint64
	for _, c := range sample[0].Value.Float64Histogram().Counts {
		n += c
	}
	return 8 * n
}

// woken returns how often goroutines woke up while d passed and nothing happened: the least of up to three times. The steps of the
// garbage collector count too; who polls does so every time.
func woken(d time.Duration) uint64 {
	least := uint64(math.MaxUint64)
	for try := 0; least > 1000 && try < 3; try++ {
		before := scheduled()
		time.Sleep(d)
		least = min(least, scheduled()-before)
	}
	return least
}

// quiet fails the test if goroutines wake up while virtual time passes and nothing happens.
func quiet(t *testing.T, what string) {
	t.Helper()
	for _, d := range []time.Duration{time.Millisecond, time.Second, time.Minute, time.Hour, 24 * time.Hour} {
		if n := woken(d); n > 1000 {
			t.Fatalf("%s: goroutines woke up about %d times in %v in which nothing happened, want no wake-up: something polls", what, n, d)
		}
	}
}
