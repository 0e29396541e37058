package search_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/search"
)

// Each test runs in a bubble: time is virtual, and a goroutine that is still there when the test ends is a leak.

// polite makes a source that answers after d, or says why not as soon as its context ends.
func polite(name string, d time.Duration) search.Source {
	return search.Source{Name: name, Ask: func(ctx context.Context, query string) (string, error) {
		select {
		case <-time.After(d):
			return query + "!", nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}}
}

func TestFirstTakesTheFastest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := search.New(polite("slow", time.Second), polite("fast", 10*time.Millisecond), polite("slower", 2*time.Second))
		begun := time.Now()
		got, err := e.First(context.Background(), "go")
		if want := (search.Answer{Source: "fast", Text: "go!"}); err != nil || got != want {
			t.Errorf("First: got (%+v, %v), want (%+v, nil)", got, err, want)
		}
		if d := time.Since(begun); d != 10*time.Millisecond {
			t.Errorf("First with sources of 1s, 10ms and 2s: took %v, want 10ms", d)
		}
	})
}

func TestAllKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := search.New(polite("a", 30*time.Millisecond), polite("b", 10*time.Millisecond), polite("c", 20*time.Millisecond))
		got, err := e.All(context.Background(), "go", nil)
		if err != nil || len(got) != 3 || got[0].Source != "a" || got[1].Source != "b" || got[2].Source != "c" {
			t.Errorf("All: got (%+v, %v), want the answers of a, b, c and nil", got, err)
		}
	})
}

func TestAllReportsProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []int
		e := search.New(polite("a", 150*time.Millisecond), polite("b", 250*time.Millisecond))
		if _, err := e.All(context.Background(), "go", func(n int) { got = append(got, n) }); err != nil {
			t.Errorf("All: got %v, want nil", err)
		}
		if len(got) != 2 || got[0] != 0 || got[1] != 1 {
			t.Errorf("progress of sources that take 150ms and 250ms, every 100ms: got %v, want [0 1]", got)
		}
	})
}

func TestAllStopsAtTheFirstFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		e := search.New(polite("a", time.Second), search.Source{Name: "b", Ask: func(context.Context, string) (string, error) {
			return "", broken
		}})
		begun := time.Now()
		got, err := e.All(context.Background(), "go", nil)
		if got != nil || !errors.Is(err, broken) {
			t.Errorf("All with a broken source: got (%v, %v), want nil and an error that wraps %q", got, err, broken)
		}
		if d := time.Since(begun); d != 0 {
			t.Errorf("All with a source that fails at once: took %v, want 0s", d)
		}
	})
}
