package seats_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"assay.test/seats"
)

const minute = time.Minute

// fixture is an inventory whose answers are checked.
type fixture struct {
	*seats.Inventory
	t      *testing.T
	faults atomic.Int64
}

// errorf says the first faults; in a loop of thousands nobody reads more.
func (f *fixture) errorf(format string, args ...any) {
	f.t.Helper()
	if f.faults.Add(1) <= 10 {
		f.t.Errorf(format, args...)
	}
}

func newInventory(t *testing.T, journal seats.Journal, events map[string]int) *fixture {
	t.Helper()
	f := &fixture{Inventory: seats.New(minute, journal), t: t}
	for event, n := range events {
		f.add(event, n)
	}
	return f
}

func one(event string, n int) map[string]int { return map[string]int{event: n} }

func (f *fixture) add(event string, n int) {
	f.t.Helper()
	if err := f.AddEvent(event, n); err != nil {
		f.t.Fatalf("AddEvent of a new event: got %v, want nil", err)
	}
}

// mustBe checks an error; nil means none.
func (f *fixture) mustBe(what string, err, want error) {
	f.t.Helper()
	if want == nil && err != nil || want != nil && !errors.Is(err, want) {
		f.errorf("%s: got %v, want %v", what, err, want)
	}
}

// hold makes a Hold that must go well.
func (f *fixture) hold(what, event, request string) seats.Hold {
	f.t.Helper()
	h, err := f.Hold(event, request)
	if err != nil {
		f.t.Fatalf("Hold %s: got %v, want nil", what, err)
	}
	return h
}

// sell holds and confirms.
func (f *fixture) sell(what, event, request string) seats.Hold {
	f.t.Helper()
	h := f.hold(what, event, request)
	f.mustBe("Confirm "+what, f.Confirm(event, request), nil)
	return h
}

func (f *fixture) soldOut(what, event, request string) {
	f.t.Helper()
	h, err := f.Hold(event, request)
	if !errors.Is(err, seats.ErrSoldOut) {
		f.errorf("Hold %s: got (%v, %v), want %v", what, h, err, seats.ErrSoldOut)
	}
}

func (f *fixture) counts(what, event string, free, held, sold int) {
	f.t.Helper()
	got, err := f.Counts(event)
	if want := (seats.Counts{Free: free, Held: held, Sold: sold}); err != nil || got != want {
		f.errorf("Counts %s: got (%+v, %v), want (%+v, nil)", what, got, err, want)
	}
}

// same compares holds as times are to be compared.
func same(a, b seats.Hold) bool { return a.Seat == b.Seat && a.Until.Equal(b.Until) }

func names(prefix string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("%s-%d", prefix, i)
	}
	return all
}
