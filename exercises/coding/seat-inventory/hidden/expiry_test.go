package seats_test

import (
	"testing"
	"testing/synctest"
	"time"

	"assay.test/seats"
)

// Each method is the first to look after the hold has ended, so that none can rely on another. Several rounds, since timers of the same
// moment fire in any order.
func TestHoldsEndOnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 30 {
			early := newInventory(t, nil, one("e", 1))
			confirm := newInventory(t, nil, one("e", 1))
			hold := newInventory(t, nil, one("e", 1))
			counts := newInventory(t, nil, one("e", 1))
			refund := newInventory(t, nil, one("e", 1))
			for _, f := range []*fixture{early, confirm, hold, counts, refund} {
				h := f.hold("of a free seat", "e", "r1")
				if want := time.Now().Add(minute); h.Seat != 1 || !h.Until.Equal(want) {
					t.Fatalf("Hold for 1m of the only seat: got seat %d for %v, want seat 1 for 1m", h.Seat, time.Until(h.Until))
				}
			}
			time.Sleep(minute - 1)
			counts.counts("1ns before the hold ends", "e", 0, 1, 0)
			hold.soldOut("1ns before the only seat's hold ends", "e", "too-early")
			early.mustBe("Confirm 1ns before the hold ends", early.Confirm("e", "r1"), nil)
			time.Sleep(1)
			confirm.mustBe("Confirm at the moment at which the hold ends", confirm.Confirm("e", "r1"), seats.ErrExpired)
			hold.hold("at the moment at which the other hold ends", "e", "r2")
			counts.counts("at the moment at which the hold ends", "e", 1, 0, 0)
			refund.mustBe("Refund of a hold that has ended", refund.Refund("e", "r1"), seats.ErrNotSold)
			early.counts("after the time of a hold that was confirmed", "e", 0, 0, 1)
			if t.Failed() {
				return
			}
		}
	})
}

func TestSalesDoNotEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newInventory(t, nil, one("e", 2))
		f.sell("of the first seat", "e", "r1")
		time.Sleep(minute / 2)
		f.hold("of the second seat", "e", "r2")
		time.Sleep(minute / 2)
		f.counts("when the hold of the sold seat would have ended", "e", 0, 1, 1)
		f.soldOut("when the hold of the sold seat would have ended", "e", "r3")
		f.mustBe("Confirm of a sale again, after its hold's time", f.Confirm("e", "r1"), nil)
		time.Sleep(24 * time.Hour)
		f.counts("a day later", "e", 1, 0, 1)
		f.mustBe("Confirm of a sale again, a day later", f.Confirm("e", "r1"), nil)
		f.hold("of the seat that was not confirmed", "e", "r4")
		f.soldOut("with one seat sold and one held", "e", "r5")
		f.mustBe("Refund of a sale, a day later", f.Refund("e", "r1"), nil)
		f.hold("of the refunded seat", "e", "r6")
	})
}

// A hold that has ended gives its request no power over the seat's next owner.
func TestEndedHoldIsPowerless(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newInventory(t, nil, one("e", 1))
		f.hold("of a free seat", "e", "late")
		time.Sleep(minute)
		f.hold("of a seat whose hold has ended", "e", "next")
		f.mustBe("Confirm of an ended hold whose seat is held by another", f.Confirm("e", "late"), seats.ErrExpired)
		f.mustBe("Refund of an ended hold whose seat is held by another", f.Refund("e", "late"), seats.ErrNotSold)
		f.counts("after attempts with an ended hold", "e", 0, 1, 0)
		f.mustBe("Confirm of the seat's present holder", f.Confirm("e", "next"), nil)
		f.mustBe("Confirm of an ended hold whose seat is sold to another", f.Confirm("e", "late"), seats.ErrExpired)
		f.mustBe("Refund of an ended hold whose seat is sold to another", f.Refund("e", "late"), seats.ErrNotSold)
		f.counts("after attempts with an ended hold", "e", 0, 0, 1)
		f.mustBe("Refund of the owner", f.Refund("e", "next"), nil)
		f.mustBe("Confirm of an ended hold whose seat is free", f.Confirm("e", "late"), seats.ErrExpired)
		f.counts("after the refund", "e", 1, 0, 0)
	})
}

// Holds end one after the other, with sales and refunds between them.
func TestHoldsEndOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 20
		f := newInventory(t, nil, one("e", n))
		requests := names("r", n)
		for i, r := range requests {
			f.hold("of a free seat", "e", r)
			if i%4 == 1 {
				f.mustBe("Confirm", f.Confirm("e", r), nil)
			}
			if i%4 == 2 {
				f.mustBe("Confirm", f.Confirm("e", r), nil)
				f.mustBe("Refund", f.Refund("e", r), nil)
			}
			time.Sleep(time.Second)
		}
		// By now r-i is held for another 40s+i. Five are sold, five refunded, ten held.
		f.counts("after 20 holds, 10 sales and 5 refunds", "e", 5, 10, 5)
		time.Sleep(40*time.Second - 1)
		held, free := 10, 5
		for i := range n {
			f.counts("1ns before the end of the next hold", "e", free, held, 5)
			time.Sleep(1)
			if i%4 == 0 || i%4 == 3 {
				held, free = held-1, free+1
			}
			f.counts("at the end of the next hold", "e", free, held, 5)
			time.Sleep(time.Second - 1)
		}
		seen := map[int]bool{}
		for _, r := range names("again", 15) {
			seen[f.hold("of a seat that has become free", "e", r).Seat] = true
		}
		if len(seen) != 15 {
			t.Errorf("different seats in 15 holds: got %d, want 15", len(seen))
		}
		f.soldOut("after all free seats were held", "e", "one-more")
	})
}
