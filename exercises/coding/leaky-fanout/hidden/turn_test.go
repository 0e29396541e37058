package search_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/search"
)

func TestOneQuestionAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls = 8
		busy := make([]bool, 2)
		asked := make([]int, 2) // no lock: the turns order it
		var sources []search.Source
		for i := range busy {
			sources = append(sources, search.Source{Name: string("ab"[i]), Ask: func(_ context.Context, query string) (string, error) {
				asked[i]++
				if busy[i] {
					t.Errorf("source %c: asked while it was being asked, want one question at a time", "ab"[i])
				}
				busy[i] = true
				time.Sleep(10 * time.Millisecond)
				busy[i] = false
				return query + "!", nil
			}})
		}
		e := search.New(sources...)
		begun := time.Now()
		var callers sync.WaitGroup
		for range calls {
			callers.Go(func() {
				got, err := e.All(context.Background(), "go", nil)
				sameAnswers(t, "All, one of 8 calls at once", got, err, "a", "b")
			})
		}
		callers.Wait()
		took(t, "8 calls of All at once, two sources of 10ms, one question at a time each", begun, calls*10*time.Millisecond)
		for i, n := range asked {
			if n != calls {
				t.Errorf("source %c in 8 calls of All: asked %d times, want 8", "ab"[i], n)
			}
		}
	})
}

// A source that is stuck must not collect one goroutine for each call that has long gone.
func TestWaitingForATurnEndsWithTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		stuck := search.Source{Name: "stuck", Ask: func(context.Context, string) (string, error) {
			<-gate
			return "go!", nil
		}}
		e := search.New(polite("fast", 0), stuck)
		held := make(chan error)
		go func() {
			_, err := e.All(context.Background(), "go", nil)
			held <- err
		}()
		synctest.Wait()
		before := inside()
		for range 3 {
			ctx, cancel := context.WithCancel(context.Background())
			ended := make(chan error, 1)
			go func() {
				_, err := e.All(ctx, "go", nil)
				ended <- err
			}()
			synctest.Wait()
			cancel()
			if err := <-ended; !errors.Is(err, context.Canceled) {
				t.Errorf("All whose context was canceled while it waits for its turn: got %v, want %v", err, context.Canceled)
			}
			synctest.Wait()
		}
		if n := inside() - before; n > 0 {
			t.Errorf("three calls that have returned, beside one inside a stuck source: %d of their goroutines are still there, waiting for a turn, want 0", n)
		}
		close(gate)
		if err := <-held; err != nil {
			t.Errorf("All after its stuck source came free: got %v, want nil", err)
		}
	})
}

// Calls give up before, while and after they have their turn; the source must be free again after all of them.
func TestTurnIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fail atomic.Bool
		e := search.New(search.Source{Name: "a", Ask: func(_ context.Context, query string) (string, error) {
			time.Sleep(time.Millisecond)
			if fail.Load() {
				return "", errNo
			}
			return query + "!", nil
		}})
		for round := range 40 {
			for _, after := range []time.Duration{0, time.Millisecond, 2 * time.Millisecond, 3 * time.Millisecond} {
				ctx, cancel := context.WithTimeout(context.Background(), after)
				var callers sync.WaitGroup
				for i := range 3 {
					callers.Go(func() {
						if i == 0 {
							e.First(ctx, "go")
						} else {
							e.All(ctx, "go", nil)
						}
					})
				}
				if round%2 == 1 {
					yield(round / 2)
					cancel()
				}
				callers.Wait()
				cancel()
				time.Sleep(10 * time.Millisecond)
			}
			fail.Store(true)
			if _, err := e.First(context.Background(), "go"); !errors.Is(err, errNo) {
				t.Errorf("First on a source that fails: got %v, want an error that wraps %q", err, errNo)
			}
			fail.Store(false)
			got, err := e.All(context.Background(), "go", nil)
			sameAnswers(t, "All after calls that gave up and one that failed", got, err, "a")
			if t.Failed() {
				return
			}
		}
	})
}

func TestEndedContextAsksNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w witness
		e := search.New(w.watch(polite("a", 0)), w.watch(polite("b", time.Second)))
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		for range 30 {
			if _, err := e.First(ctx, "go"); !errors.Is(err, context.Canceled) {
				t.Errorf("First with a context that has ended: got %v, want %v", err, context.Canceled)
			}
			synctest.Wait()
			if _, err := e.All(ctx, "go", nil); !errors.Is(err, context.Canceled) {
				t.Errorf("All with a context that has ended: got %v, want %v", err, context.Canceled)
			}
			synctest.Wait()
			if t.Failed() {
				return
			}
		}
		if n := w.asked(); n > 0 {
			t.Errorf("calls with a context that has ended: sources were asked %d times, want 0", n)
		}
	})
}

// On the real clock and outside a bubble: nothing but the engine itself orders what its goroutines do.
func TestManyCallsAtOnce(t *testing.T) {
	const callers, each = 8, 40
	asked := make([]int, 3) // plain: one question at a time, so the turns order it
	var sources []search.Source
	names := []string{"a", "b", "c"}
	for i, name := range names {
		sources = append(sources, search.Source{Name: name, Ask: func(_ context.Context, query string) (string, error) {
			asked[i]++
			yield(i)
			return query + "!", nil
		}})
	}
	e := search.New(sources...)
	var all sync.WaitGroup
	for caller := range callers {
		all.Go(func() {
			for i := range each {
				switch (caller + i) % 3 {
				case 0:
					got, err := e.First(context.Background(), "go")
					sameAnswer(t, "First", got, err, search.Answer{Source: got.Source, Text: "go!"})
				case 1:
					got, err := e.All(context.Background(), "go", func(int) {})
					sameAnswers(t, "All", got, err, names...)
				case 2:
					ctx, cancel := context.WithCancel(context.Background())
					go func() {
						yield(i % 7)
						cancel()
					}()
					if got, err := e.All(ctx, "go", nil); err == nil {
						sameAnswers(t, "All", got, err, names...)
					} else if !errors.Is(err, context.Canceled) {
						t.Errorf("All whose context is canceled: got %v, want %v or nil", err, context.Canceled)
					}
				}
			}
		})
	}
	all.Wait()
}
