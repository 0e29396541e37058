package search_test

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"assay.test/search"
)

var errNo = errors.New("no")

// stubborn makes a source that answers after d and does not look at its context.
func stubborn(name string, d time.Duration) search.Source {
	return search.Source{Name: name, Ask: func(_ context.Context, query string) (string, error) {
		time.Sleep(d)
		return query + "!", nil
	}}
}

// failing makes a source that fails with err after d and does not look at its context.
func failing(name string, d time.Duration, err error) search.Source {
	return search.Source{Name: name, Ask: func(context.Context, string) (string, error) {
		time.Sleep(d)
		return "", err
	}}
}

// witness keeps the contexts with which its sources are asked.
type witness struct {
	mu   sync.Mutex
	seen []context.Context
}

func (w *witness) watch(s search.Source) search.Source {
	return search.Source{Name: s.Name, Ask: func(ctx context.Context, query string) (string, error) {
		w.mu.Lock()
		w.seen = append(w.seen, ctx)
		w.mu.Unlock()
		return s.Ask(ctx, query)
	}}
}

func (w *witness) asked() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.seen)
}

// live counts the contexts that have not ended.
func (w *witness) live() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, ctx := range w.seen {
		if ctx.Err() == nil {
			n++
		}
	}
	return n
}

func sameAnswer(t *testing.T, what string, got search.Answer, err error, want search.Answer) {
	t.Helper()
	if err != nil || got != want {
		t.Errorf("%s: got (%+v, %v), want (%+v, nil)", what, got, err, want)
	}
}

func sameAnswers(t *testing.T, what string, got []search.Answer, err error, want ...string) {
	t.Helper()
	if err != nil || len(got) != len(want) {
		t.Errorf("%s: got (%+v, %v), want the answers of %v and nil", what, got, err, want)
		return
	}
	for i, name := range want {
		if got[i] != (search.Answer{Source: name, Text: "go!"}) {
			t.Errorf("%s: answer %d of %d: got %+v, want {Source:%s Text:go!}", what, i+1, len(want), got[i], name)
		}
	}
}

func took(t *testing.T, what string, begun time.Time, want time.Duration) {
	t.Helper()
	if d := time.Since(begun); d != want {
		t.Errorf("%s: took %v, want %v", what, d, want)
	}
}

// inside returns how many goroutines run code of the package or were started by it.
func inside() int {
	buf := make([]byte, 1<<20)
	n := 0
	for _, stack := range bytes.Split(buf[:runtime.Stack(buf, true)], []byte("\n\n")) {
		if bytes.Contains(stack, []byte("assay.test/search.")) {
			n++
		}
	}
	return n
}

func yield(n int) {
	for range n {
		runtime.Gosched()
	}
}
