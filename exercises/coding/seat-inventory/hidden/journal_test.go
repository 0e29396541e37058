package seats_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/seats"
)

func TestEntries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []seats.Entry
		f := newInventory(t, func(e seats.Entry) error {
			got = append(got, e)
			return nil
		}, one("e", 1))
		last := func(what string, n int, want seats.Entry) {
			t.Helper()
			if len(got) != n {
				t.Errorf("entries after %s: got %v, want %d of them", what, got, n)
			} else if e := got[n-1]; e.Event != want.Event || e.Request != want.Request || e.Kind != want.Kind || e.Seat != want.Seat ||
				want.Kind == seats.Held && !e.Until.Equal(want.Until) {
				t.Errorf("entry of %s: got %+v, want %+v", what, e, want)
			}
		}
		_ = f.AddEvent("e", 7)
		_, _ = f.Hold("ghost", "r1")
		_ = f.Confirm("e", "r1")
		if len(got) != 0 {
			t.Errorf("entries after refused calls: got %v, want none", got)
		}
		h := f.hold("of the only seat", "e", "r1")
		held := seats.Entry{Event: "e", Request: "r1", Kind: seats.Held, Seat: 1, Until: h.Until}
		last("Hold", 1, held)
		_, _ = f.Hold("e", "r1")
		_, _ = f.Hold("e", "r2")
		_ = f.Refund("e", "r1")
		last("a repeated and two refused calls", 1, held)
		f.mustBe("Confirm", f.Confirm("e", "r1"), nil)
		sold := seats.Entry{Event: "e", Request: "r1", Kind: seats.Sold, Seat: 1}
		last("Confirm", 2, sold)
		_ = f.Confirm("e", "r1")
		last("Confirm again", 2, sold)
		f.mustBe("Refund", f.Refund("e", "r1"), nil)
		refunded := seats.Entry{Event: "e", Request: "r1", Kind: seats.Refunded, Seat: 1}
		last("Refund", 3, refunded)
		_ = f.Refund("e", "r1")
		_ = f.Confirm("e", "r1")
		_, _ = f.Hold("e", "r1")
		last("repeated calls after Refund", 3, refunded)
		f.hold("of the refunded seat", "e", "r3")
		last("Hold of the refunded seat", 4, seats.Entry{Event: "e", Request: "r3", Kind: seats.Held, Seat: 1, Until: time.Now().Add(minute)})
		time.Sleep(time.Hour)
		f.counts("after the hold ended", "e", 1, 0, 0)
		_ = f.Confirm("e", "r3")
		if len(got) != 4 {
			t.Errorf("entries after a hold ended: got %d, want 4 as before", len(got))
		}
	})
}

func TestFailingJournalPreventsTheChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errDisk := errors.New("disk full")
		var fail error
		calls := 0
		f := newInventory(t, func(seats.Entry) error { calls++; return fail }, one("e", 1))
		failing := func(what string, call func() error) {
			t.Helper()
			fail = errDisk
			for range 3 {
				before := calls
				f.mustBe(what+" with a journal that fails", call(), errDisk)
				if calls != before+1 {
					t.Errorf("calls of a journal that fails, in %s: got %d, want 1", what, calls-before)
				}
			}
			fail = nil
		}
		hold := func() error { _, err := f.Hold("e", "r1"); return err }
		failing("Hold", hold)
		f.counts("after a Hold with a journal that failed", "e", 1, 0, 0)
		f.mustBe("Confirm of a Hold with a journal that failed", f.Confirm("e", "r1"), seats.ErrNoHold)
		time.Sleep(time.Second)
		h := f.hold("repeated after the journal failed", "e", "r1")
		if want := time.Now().Add(minute); !h.Until.Equal(want) {
			t.Errorf("Hold repeated after the journal failed: got a hold for %v, want 1m", time.Until(h.Until))
		}
		failing("Confirm", func() error { return f.Confirm("e", "r1") })
		f.counts("after a Confirm with a journal that failed", "e", 0, 1, 0)
		f.mustBe("Refund after a Confirm with a journal that failed", f.Refund("e", "r1"), seats.ErrNotSold)
		f.mustBe("Confirm repeated", f.Confirm("e", "r1"), nil)
		failing("Refund", func() error { return f.Refund("e", "r1") })
		f.counts("after a Refund with a journal that failed", "e", 0, 0, 1)
		f.soldOut("after a Refund with a journal that failed", "e", "r2")
		f.mustBe("Confirm after a Refund with a journal that failed", f.Confirm("e", "r1"), nil)
		f.mustBe("Refund repeated", f.Refund("e", "r1"), nil)
		f.counts("after the Refund was repeated", "e", 1, 0, 0)
		// A sale that the journal refused ends like any hold.
		f.hold("of the refunded seat", "e", "r3")
		failing("Confirm", func() error { return f.Confirm("e", "r3") })
		time.Sleep(minute)
		f.mustBe("Confirm after the end of a hold whose sale the journal refused", f.Confirm("e", "r3"), seats.ErrExpired)
		f.counts("after the end of a hold whose sale the journal refused", "e", 1, 0, 0)
	})
}

// ledger replays entries of one event as they come, without a lock: they come one at a time.
type ledger struct {
	t      *testing.T
	owners []*seats.Entry // by seat: the entry of the hold or the sale; nil when refunded or never held
	counts [3]int         // by kind
}

func (l *ledger) note(e seats.Entry) {
	if l.t.Failed() {
		return // one fault is enough; what follows from it says nothing
	}
	if e.Seat < 1 || e.Seat >= len(l.owners) {
		l.t.Errorf("journal: got seat %d of %s, want one from 1 to %d", e.Seat, e.Event, len(l.owners)-1)
		return
	}
	owner := l.owners[e.Seat]
	owned := owner != nil && (owner.Kind == seats.Sold || time.Now().Before(owner.Until))
	own := owned && owner.Request == e.Request
	switch {
	case e.Kind == seats.Held && owned:
		l.t.Errorf("journal: seat %d of %s held for %s while it belongs to %s", e.Seat, e.Event, e.Request, owner.Request)
	case e.Kind == seats.Sold && (!own || owner.Kind != seats.Held):
		l.t.Errorf("journal: seat %d of %s sold to %s, which does not hold it", e.Seat, e.Event, e.Request)
	case e.Kind == seats.Refunded && (!own || owner.Kind != seats.Sold):
		l.t.Errorf("journal: seat %d of %s refunded for %s, which did not buy it", e.Seat, e.Event, e.Request)
	}
	runtime.Gosched() // others may come, if they are let
	l.counts[e.Kind]++
	l.owners[e.Seat] = &e
	if e.Kind == seats.Refunded {
		l.owners[e.Seat] = nil
	}
}

func TestJournalTellsTheWholeStory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const buyers, steps, n = 12, 60, 5
		const hold = 10 * time.Millisecond
		events := names("e", 3)
		ledgers := map[string]*ledger{}
		for _, e := range events {
			ledgers[e] = &ledger{t: t, owners: make([]*seats.Entry, n+1)}
		}
		f := &fixture{Inventory: seats.New(hold, func(e seats.Entry) error { ledgers[e.Event].note(e); return nil }), t: t}
		for _, e := range events {
			f.add(e, n)
		}
		var mu sync.Mutex
		done := map[string]map[seats.Kind]int{}
		for _, e := range events {
			done[e] = map[seats.Kind]int{}
		}
		count := func(event string, kind seats.Kind, err error) bool {
			if err == nil {
				mu.Lock()
				defer mu.Unlock()
				done[event][kind]++
			}
			return err == nil
		}
		var wg sync.WaitGroup
		for b := range buyers {
			random := rand.New(rand.NewPCG(uint64(b), 1))
			wg.Go(func() {
				for i := range steps {
					event, request := events[random.IntN(len(events))], fmt.Sprint(b, "/", i)
					_, err := f.Hold(event, request)
					if !count(event, seats.Held, err) {
						time.Sleep(time.Duration(random.IntN(4)) * time.Millisecond)
						continue
					}
					time.Sleep(time.Duration(random.IntN(12)) * time.Millisecond)
					if !count(event, seats.Sold, f.Confirm(event, request)) {
						continue
					}
					time.Sleep(time.Duration(random.IntN(12)) * time.Millisecond)
					if random.IntN(8) > 0 {
						count(event, seats.Refunded, f.Refund(event, request))
					}
				}
			})
			wg.Go(func() {
				for i := range steps {
					c, err := f.Counts(events[(b+i)%len(events)])
					if err != nil || c.Free < 0 || c.Held < 0 || c.Sold < 0 || c.Free+c.Held+c.Sold != n {
						t.Errorf("Counts under load: got (%+v, %v), want three numbers with the sum %d and nil", c, err, n)
						return
					}
					time.Sleep(time.Millisecond)
				}
			})
		}
		wg.Wait()
		time.Sleep(time.Second)
		for _, e := range events {
			l := ledgers[e]
			for _, kind := range []seats.Kind{seats.Held, seats.Sold, seats.Refunded} {
				if l.counts[kind] != done[e][kind] {
					t.Errorf("entries %v of %s: got %d, want %d, as many as calls went well", kind, e, l.counts[kind], done[e][kind])
				}
			}
			sold := done[e][seats.Sold] - done[e][seats.Refunded]
			f.counts("after all holds ended", e, n-sold, 0, sold)
		}
	})
}
