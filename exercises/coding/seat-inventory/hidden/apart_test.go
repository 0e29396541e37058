package seats_test

import (
	"runtime"
	"testing"
	"time"

	"assay.test/seats"
)

// stopper is a journal that stops at entries of one event until it is let go. Nothing here measures time: what waits for the stopped event waits for
// ever, because only the end of the test lets it go.
type stopper struct {
	event   string
	entered chan seats.Kind
	leave   chan struct{}
}

func newStopper(event string) *stopper {
	return &stopper{event, make(chan seats.Kind), make(chan struct{})}
}

func (s *stopper) journal(e seats.Entry) error {
	if e.Event == s.event {
		s.entered <- e.Kind
		<-s.leave
	}
	return nil
}

// during runs call, which must make an entry for the stopped event, and work while the journal is busy with it.
func (s *stopper) during(f *fixture, what string, call func() error, work func()) {
	f.t.Helper()
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case <-s.entered:
		work()
		s.leave <- struct{}{}
		f.mustBe(what, <-done, nil)
	case err := <-done:
		f.t.Fatalf("%s: returned %v without an entry in the journal", what, err)
	}
}

func TestStoppedEventHoldsUpNoOther(t *testing.T) {
	s := newStopper("stopped")
	others := names("other", 1000) // more than anybody has locks to share
	f := newInventory(t, s.journal, one("stopped", 2))
	for _, e := range others {
		f.add(e, 2)
	}
	round := 0
	work := func() {
		round++
		added := names("added", 4)[round]
		f.mustBe("AddEvent while the journal is busy with another event", f.AddEvent(added, 1), nil)
		f.mustBe("AddEvent of an event that exists, while the journal is busy with another", f.AddEvent(others[0], 1), seats.ErrEventExists)
		asked := others
		if round > 1 {
			asked = others[:20]
		}
		for _, e := range append([]string{added}, asked...) {
			request := names("r", 4)[round]
			f.sell("while the journal is busy with another event", e, request)
			_, err := f.Hold(e, request)
			f.mustBe("Hold again while the journal is busy with another event", err, nil)
			f.mustBe("Refund while the journal is busy with another event", f.Refund(e, request), nil)
			if _, err := f.Counts(e); err != nil {
				t.Errorf("Counts while the journal is busy with another event: got %v, want nil", err)
			}
			if t.Failed() {
				return
			}
		}
		_, err := f.Hold("ghost", "r")
		f.mustBe("Hold for an unknown event while the journal is busy", err, seats.ErrUnknownEvent)
	}
	s.during(f, "Hold", func() error { _, err := f.Hold("stopped", "r"); return err }, work)
	s.during(f, "Confirm", func() error { return f.Confirm("stopped", "r") }, work)
	s.during(f, "Refund", func() error { return f.Refund("stopped", "r") }, work)
}

// Ten events are in the journal at once: each waits there for all others.
func TestEntriesOfManyEventsAtOnce(t *testing.T) {
	const n = 10
	arrived, all := make(chan struct{}), make(chan struct{})
	f := newInventory(t, func(seats.Entry) error {
		arrived <- struct{}{}
		<-all
		return nil
	}, nil)
	results := make(chan error, n)
	for _, e := range names("e", n) {
		f.add(e, 1)
	}
	for _, e := range names("e", n) {
		go func() {
			_, err := f.Hold(e, "r")
			results <- err
		}()
	}
	for range n {
		select {
		case <-arrived:
		case err := <-results:
			t.Fatalf("Hold: returned %v without an entry in the journal", err)
		}
	}
	close(all)
	for range n {
		f.mustBe("Hold for one of ten events whose entries are made at once", <-results, nil)
	}
}

// The calls for one event that pile up behind a busy journal all get their turn.
func TestCallsForTheStoppedEventGoOnAfterwards(t *testing.T) {
	s := newStopper("stopped")
	f := newInventory(t, s.journal, map[string]int{"stopped": 3})
	results := make(chan error)
	for _, r := range names("r", 6) {
		go func() {
			_, err := f.Hold("stopped", r)
			results <- err
		}()
	}
	held, refused := 0, 0
	for held+refused < 6 {
		select {
		case <-s.entered:
			s.leave <- struct{}{}
		case err := <-results:
			if err == nil {
				held++
			} else {
				refused++
				f.mustBe("Hold that had to wait for the journal", err, seats.ErrSoldOut)
			}
		}
	}
	if held != 3 {
		t.Errorf("6 requests for 3 seats behind a busy journal: got %d held, want 3", held)
	}
	f.counts("after the journal was done", "stopped", 0, 3, 0)
}

// A repetition that comes while the first answer is still being written down is no new request.
func TestRepetitionBehindABusyJournal(t *testing.T) {
	s := newStopper("stopped")
	f := newInventory(t, s.journal, one("stopped", 5))
	type answer struct {
		hold seats.Hold
		err  error
	}
	answers := make(chan answer)
	hold := func() {
		h, err := f.Hold("stopped", "r")
		answers <- answer{h, err}
	}
	go hold()
	first := true
	var got []answer
	for len(got) < 3 {
		select {
		case <-s.entered:
			if !first {
				t.Errorf("entries for one request that was repeated while the journal was busy: got a second one, want 1")
			} else {
				go hold()
				go hold()
				for range 500 {
					runtime.Gosched() // they get as far as they can
				}
			}
			first = false
			s.leave <- struct{}{}
		case a := <-answers:
			got = append(got, a)
		}
	}
	for _, a := range got {
		if !same(a.hold, got[0].hold) || a.err != nil || got[0].err != nil {
			t.Errorf("answers to one request that was repeated while the journal was busy: got (%v, %v) and (%v, %v), want one answer and nil",
				got[0].hold, got[0].err, a.hold, a.err)
		}
	}
	f.counts("after a request was repeated while the journal was busy", "stopped", 4, 1, 0)
}

func TestJournalMayUseOtherEvents(t *testing.T) {
	var f *fixture
	f = newInventory(t, func(e seats.Entry) error {
		if e.Event != "main" {
			return nil
		}
		// Every sale of the main event comes with a seat on the bus.
		switch e.Kind {
		case seats.Held:
			f.add("bus for "+e.Request, 1)
			_, err := f.Hold("bus for "+e.Request, "r")
			return err
		case seats.Sold:
			return f.Confirm("bus for "+e.Request, "r")
		default:
			return f.Refund("bus for "+e.Request, "r")
		}
	}, one("main", 2))
	f.sell("with a journal that uses another event", "main", "r1")
	f.sell("with a journal that uses another event", "main", "r2")
	f.mustBe("Refund with a journal that uses another event", f.Refund("main", "r1"), nil)
	f.counts("of the event that the journal used", "bus for r1", 1, 0, 0)
	f.counts("of the event that the journal used", "bus for r2", 0, 0, 1)
	f.counts("of the main event", "main", 1, 0, 1)
}

// An inventory without holds that end soon leaves nothing running.
func TestNothingIsLeftRunning(t *testing.T) {
	f := &fixture{Inventory: seats.New(time.Hour, nil), t: t}
	for _, e := range names("e", 20) {
		f.add(e, 2)
		f.hold("of a free seat", e, "r1")
		f.sell("of a free seat", e, "r2")
	}
}
