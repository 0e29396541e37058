package seats_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/seats"
)

func TestRepeatedRequestGetsTheFirstAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newInventory(t, nil, map[string]int{"e": 2, "other": 1})
		first := f.hold("of a free seat", "e", "r1")
		again := func(what string) {
			t.Helper()
			if h, err := f.Hold("e", "r1"); err != nil || !same(h, first) {
				t.Errorf("Hold of the same request %s: got (%v, %v), want the first answer (%v, nil)", what, h, err, first)
			}
		}
		time.Sleep(minute / 2)
		again("half a minute later")
		f.counts("after a repeated Hold", "e", 1, 1, 0)
		f.mustBe("Confirm", f.Confirm("e", "r1"), nil)
		again("after Confirm")
		f.counts("after a repeated Hold of a sale", "e", 1, 0, 1)
		f.hold("of the last seat", "e", "r2")
		f.soldOut("without a free seat", "e", "poor")
		again("when nothing is free")
		f.mustBe("Refund", f.Refund("e", "r1"), nil)
		again("after Refund")
		f.counts("after a repeated Hold of a refund", "e", 1, 1, 0)
		f.soldOut("of a request that was refused before, with a seat free now", "e", "poor")
		f.counts("after a repeated Hold that was refused", "e", 1, 1, 0)
		f.mustBe("Confirm of a request that was refused", f.Confirm("e", "poor"), seats.ErrNoHold)
		if h := f.hold("with another request", "e", "r3"); h.Seat != first.Seat {
			t.Errorf("Hold of the only free seat: got seat %d, want %d", h.Seat, first.Seat)
		}
		time.Sleep(time.Hour)
		again("after its hold would have ended")
		if h, err := f.Hold("e", "r2"); err != nil || time.Until(h.Until) > 0 {
			t.Errorf("Hold of a request whose hold has ended: got (ends in %v, %v), want the first answer, which has ended, and nil", time.Until(h.Until), err)
		}
		f.counts("after repeated Holds of requests whose holds have ended", "e", 2, 0, 0)
		f.mustBe("Confirm after a repeated Hold of a request whose hold has ended", f.Confirm("e", "r2"), seats.ErrExpired)
		// Requests are named per event.
		f.hold("of a request name that another event has seen", "other", "r1")
		f.mustBe("Confirm in the other event", f.Confirm("other", "r1"), nil)
		f.counts("after the same name was used for another event", "e", 2, 0, 0)
	})
}

func TestRefundGivesTheSeatBackOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newInventory(t, nil, one("e", 2))
		f.sell("of a seat", "e", "r1")
		f.hold("of the other seat", "e", "r2")
		f.mustBe("Refund of a hold", f.Refund("e", "r2"), seats.ErrNotSold)
		f.counts("after Refund of a hold", "e", 0, 1, 1)
		for range 3 {
			f.mustBe("Refund of a sale", f.Refund("e", "r1"), nil)
			f.counts("after Refund", "e", 1, 1, 0)
		}
		f.mustBe("Confirm after Refund", f.Confirm("e", "r1"), seats.ErrRefunded)
		f.counts("after Confirm of a refund", "e", 1, 1, 0)
		f.sell("of the refunded seat", "e", "r3")
		f.mustBe("Refund again, with the seat sold to another", f.Refund("e", "r1"), nil)
		f.counts("after Refund again, with the seat sold to another", "e", 0, 1, 1)
		f.mustBe("Confirm of a refund, with the seat sold to another", f.Confirm("e", "r1"), seats.ErrRefunded)
		f.mustBe("Refund of the new owner", f.Refund("e", "r3"), nil)
		f.counts("after Refund of the new owner", "e", 1, 1, 0)
		time.Sleep(time.Hour)
		f.mustBe("Confirm of a refund after its hold's time", f.Confirm("e", "r1"), seats.ErrRefunded)
		f.mustBe("Refund of a refund after its hold's time", f.Refund("e", "r1"), nil)
		f.counts("an hour later", "e", 2, 0, 0)
	})
}

func TestRefusals(t *testing.T) {
	f := newInventory(t, nil, map[string]int{"e": 1, "empty": 0})
	f.mustBe("AddEvent of an event that exists", f.AddEvent("e", 5), seats.ErrEventExists)
	f.counts("after AddEvent of an event that exists", "e", 1, 0, 0)
	_, err := f.Hold("ghost", "r1")
	f.mustBe("Hold for an unknown event", err, seats.ErrUnknownEvent)
	f.mustBe("Confirm for an unknown event", f.Confirm("ghost", "r1"), seats.ErrUnknownEvent)
	f.mustBe("Refund for an unknown event", f.Refund("ghost", "r1"), seats.ErrUnknownEvent)
	_, err = f.Counts("ghost")
	f.mustBe("Counts of an unknown event", err, seats.ErrUnknownEvent)
	f.add("ghost", 1)
	f.hold("for an event that was unknown when the request was first made", "ghost", "r1")
	f.mustBe("Confirm of a request that was never made", f.Confirm("e", "r1"), seats.ErrNoHold)
	f.mustBe("Refund of a request that was never made", f.Refund("e", "r1"), seats.ErrNoHold)
	f.hold("of a request that was confirmed before it was made", "e", "r1")
	f.soldOut("for an event without seats", "empty", "r1")
	f.mustBe("Refund of a request that was refused", f.Refund("empty", "r1"), seats.ErrNoHold)
	f.counts("of an event without seats", "empty", 0, 0, 0)
}

// barrier lets goroutines start each round together, where there are cores for them; it does not insist.
type barrier struct {
	parties int64
	arrived []atomic.Int64 // by round
}

func newBarrier(parties, rounds int) *barrier {
	return &barrier{int64(parties), make([]atomic.Int64, rounds)}
}

func (b *barrier) wait(round int) {
	b.arrived[round].Add(1)
	for i := 0; b.arrived[round].Load() < b.parties && i < 1_000; i++ {
	}
}

// The same request from all sides at once is one request.
func TestRepetitionsAtTheSameTime(t *testing.T) {
	const requests = 300
	for _, crowd := range []int{2, 3, 2} {
		var mu sync.Mutex
		entries := map[seats.Kind]int{}
		f := newInventory(t, func(e seats.Entry) error {
			mu.Lock()
			defer mu.Unlock()
			entries[e.Kind]++
			return nil
		}, one("e", requests/2))
		type answer struct {
			hold seats.Hold
			err  error
		}
		answers := make([][]answer, requests)
		for r := range answers {
			answers[r] = make([]answer, crowd)
		}
		start := newBarrier(crowd, requests)
		var wg sync.WaitGroup
		for c := range crowd {
			wg.Go(func() {
				for r, request := range names("r", requests) {
					start.wait(r)
					h, err := f.Hold("e", request)
					answers[r][c] = answer{h, err}
					if err == nil {
						f.mustBe("Confirm by one of many", f.Confirm("e", request), nil)
					}
				}
			})
		}
		wg.Wait()
		taken := map[int]bool{}
		for r := range answers {
			for c := range crowd {
				a, b := answers[r][0], answers[r][c]
				if !same(a.hold, b.hold) || errors.Is(a.err, seats.ErrSoldOut) != errors.Is(b.err, seats.ErrSoldOut) {
					t.Fatalf("answers to the same request at the same time: got (%v, %v) and (%v, %v), want one answer", a.hold, a.err, b.hold, b.err)
				}
			}
			if answers[r][0].err == nil {
				seat := answers[r][0].hold.Seat
				if taken[seat] {
					t.Fatalf("seat %d: held for two requests, want one", seat)
				}
				taken[seat] = true
			}
		}
		if len(taken) != requests/2 || entries[seats.Held] != requests/2 || entries[seats.Sold] != requests/2 {
			t.Fatalf("%d seats for %d requests, each sent %d times at once: got %d seats taken, %d entries Held and %d Sold, want %d of each",
				requests/2, requests, crowd, len(taken), entries[seats.Held], entries[seats.Sold], requests/2)
		}
		// And back again.
		start = newBarrier(crowd, requests)
		for range crowd {
			wg.Go(func() {
				for r, request := range names("r", requests) {
					start.wait(r)
					if answers[r][0].err == nil {
						f.mustBe("Refund by one of many", f.Refund("e", request), nil)
					}
				}
			})
		}
		wg.Wait()
		f.counts("after all sales were refunded by many at once", "e", requests/2, 0, 0)
		if got := entries[seats.Refunded]; got != requests/2 {
			t.Fatalf("entries Refunded for %d sales, each refunded %d times at once: got %d, want %d", requests/2, crowd, got, requests/2)
		}
		if t.Failed() {
			return
		}
	}
}

// Of two that add the same event at the same time, one succeeds, and its event is the one that is sold.
func TestSameEventAddedTwiceAtOnce(t *testing.T) {
	const n = 300
	events := names("e", n)
	for range 8 {
		f := newInventory(t, nil, nil)
		start := newBarrier(2, n)
		var added [n]atomic.Int64
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				for i, e := range events {
					start.wait(i)
					err := f.AddEvent(e, 1)
					if err == nil {
						added[i].Add(1)
					} else {
						f.mustBe("AddEvent of an event that is being added", err, seats.ErrEventExists)
					}
					if _, err := f.Hold(e, "r"); err != nil {
						t.Errorf("Hold after AddEvent: got %v, want nil", err)
						return
					}
				}
			})
		}
		wg.Wait()
		for i, e := range events {
			if got := added[i].Load(); got != 1 {
				t.Fatalf("AddEvent of the same event, twice at once: got %d that succeeded, want 1", got)
			}
			f.counts("of an event that was added twice at once", e, 0, 1, 0)
		}
	}
}
