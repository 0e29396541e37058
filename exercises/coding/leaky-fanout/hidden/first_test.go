package search_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/search"
)

// The losers would go on for an hour; they end because their context does.
func TestLosersAreCalledOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 3 {
			e := search.New(polite("a", time.Hour), polite("b", time.Millisecond), polite("c", time.Hour))
			got, err := e.First(context.Background(), "go")
			sameAnswer(t, "First", got, err, search.Answer{Source: "b", Text: "go!"})
		}
	})
}

// The losers do not hear and answer when everybody has gone.
func TestLateRepliesHoldNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := search.New(stubborn("a", time.Second), stubborn("b", time.Millisecond), failing("c", 2*time.Second, errNo), stubborn("d", 3*time.Second))
		begun := time.Now()
		got, err := e.First(context.Background(), "go")
		sameAnswer(t, "First", got, err, search.Answer{Source: "b", Text: "go!"})
		took(t, "First with an answer after 1ms and losers that ignore their context", begun, time.Millisecond)
		time.Sleep(time.Minute)
	})
}

func TestFirstGoodAnswerWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := search.New(failing("a", time.Millisecond, errNo), failing("b", 2*time.Millisecond, errNo), polite("c", 50*time.Millisecond), failing("d", 60*time.Millisecond, errNo), failing("e", 0, errNo))
		begun := time.Now()
		got, err := e.First(context.Background(), "go")
		sameAnswer(t, "First with three failures before the first good answer", got, err, search.Answer{Source: "c", Text: "go!"})
		took(t, "First with a good answer after 50ms", begun, 50*time.Millisecond)
		time.Sleep(time.Minute)
	})
}

func TestFirstWhenAllFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, step := range []time.Duration{0, time.Millisecond} {
			errs := []error{errors.New("one"), errors.New("two"), errors.New("three")}
			e := search.New(failing("a", 3*step, errs[0]), failing("b", step, errs[1]), failing("c", 2*step, errs[2]))
			begun := time.Now()
			got, err := e.First(context.Background(), "go")
			for _, want := range errs {
				if !errors.Is(err, want) {
					t.Errorf("First when all three sources fail: got (%+v, %v), want an error that wraps %q", got, err, want)
				}
			}
			took(t, "First when all three sources fail", begun, 3*step)
		}
	})
}

func TestFirstEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := search.New(stubborn("a", time.Hour), polite("b", time.Hour), failing("c", time.Millisecond, errNo))
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(time.Second, cancel)
		begun := time.Now()
		if _, err := e.First(ctx, "go"); !errors.Is(err, context.Canceled) {
			t.Errorf("First whose context was canceled after 1s: got %v, want %v", err, context.Canceled)
		}
		took(t, "First whose context was canceled after 1s", begun, time.Second)
		time.Sleep(2 * time.Hour)

		begun = time.Now()
		if _, err := e.First(context.Background(), "go"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("First without an answer within Timeout: got %v, want %v", err, context.DeadlineExceeded)
		}
		took(t, "First without an answer", begun, search.Timeout)
		time.Sleep(2 * time.Hour)
	})
}

func TestRepliesAtTheSameInstant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		names := []string{"a", "b", "c", "d", "e"}
		var sources []search.Source
		for _, name := range names {
			sources = append(sources, stubborn(name, time.Millisecond))
		}
		mixed := search.New(append(sources[:2:2], failing("x", time.Millisecond, errNo), failing("y", time.Millisecond, errNo))...)
		e := search.New(sources...)
		for range 50 {
			got, err := e.First(context.Background(), "go")
			sameAnswer(t, "First with five answers at the same instant", got, err, search.Answer{Source: got.Source, Text: "go!"})
			synctest.Wait()
			all, err := e.All(context.Background(), "go", nil)
			sameAnswers(t, "All with five answers at the same instant", all, err, names...)
			synctest.Wait()
			got, err = mixed.First(context.Background(), "go")
			sameAnswer(t, "First with two answers and two failures at the same instant", got, err, search.Answer{Source: got.Source, Text: "go!"})
			synctest.Wait()
			if t.Failed() {
				return
			}
		}
	})
}

func TestNobodyToAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := search.New()
		if _, err := e.First(context.Background(), "go"); !errors.Is(err, search.ErrNoSources) {
			t.Errorf("First without sources: got %v, want %v", err, search.ErrNoSources)
		}
		if _, err := e.All(context.Background(), "go", nil); !errors.Is(err, search.ErrNoSources) {
			t.Errorf("All without sources: got %v, want %v", err, search.ErrNoSources)
		}
	})
}
