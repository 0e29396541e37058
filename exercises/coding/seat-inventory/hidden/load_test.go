package seats_test

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay.test/seats"
)

func TestHundredThousandBuyersTenSeats(t *testing.T) {
	const buyers, sellers, n = 100_000, 50, 10
	f := &fixture{Inventory: seats.New(time.Hour, nil), t: t}
	f.add("final", n)
	var sold, refused atomic.Int64
	var owners [n + 1]atomic.Int64
	var wg sync.WaitGroup
	for s := range sellers {
		wg.Go(func() {
			for b := s; b < buyers; b += sellers {
				request := "buyer-" + strconv.Itoa(b)
				h, err := f.Hold("final", request)
				switch {
				case errors.Is(err, seats.ErrSoldOut):
					refused.Add(1)
				case err != nil:
					t.Errorf("Hold: got %v, want nil or %v", err, seats.ErrSoldOut)
					return
				case h.Seat < 1 || h.Seat > n:
					t.Errorf("Hold: got seat %d, want one from 1 to %d", h.Seat, n)
					return
				default:
					owners[h.Seat].Add(1)
					if err := f.Confirm("final", request); err != nil {
						t.Errorf("Confirm: got %v, want nil", err)
						return
					}
					sold.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if sold.Load() != n || refused.Load() != buyers-n {
		t.Errorf("%d buyers for %d seats: got %d sold and %d refused, want %d and %d", buyers, n, sold.Load(), refused.Load(), n, buyers-n)
	}
	for seat := 1; seat <= n; seat++ {
		if got := owners[seat].Load(); got != 1 {
			t.Errorf("owners of seat %d: got %d, want 1", seat, got)
		}
	}
	f.counts("after the sale", "final", 0, 0, n)
	// Every answer is kept.
	for b := 0; b < buyers; b += 9973 {
		h, err := f.Hold("final", "buyer-"+strconv.Itoa(b))
		if err == nil && owners[h.Seat].Load() != 1 || err != nil && !errors.Is(err, seats.ErrSoldOut) {
			t.Errorf("Hold of the same request after the sale: got (%v, %v), want the first answer", h, err)
		}
	}
}

// Many seats, all of which are taken.
func TestAllSeatsOfALargeHall(t *testing.T) {
	const n, sellers = 4000, 8
	f := &fixture{Inventory: seats.New(time.Hour, nil), t: t}
	f.add("hall", n)
	var owners [n + 1]atomic.Int64
	var wg sync.WaitGroup
	for s := range sellers {
		wg.Go(func() {
			for b := s; b < n; b += sellers {
				h, err := f.Hold("hall", fmt.Sprint(b))
				if err != nil || h.Seat < 1 || h.Seat > n {
					t.Errorf("Hold while seats are free: got (%v, %v), want a seat from 1 to %d and nil", h, err, n)
					return
				}
				owners[h.Seat].Add(1)
			}
		})
	}
	wg.Wait()
	for seat := 1; seat <= n; seat++ {
		if got := owners[seat].Load(); got != 1 {
			t.Fatalf("holders of seat %d, when as many requests came as there are seats: got %d, want 1", seat, got)
		}
	}
	f.soldOut("of one more than there are seats", "hall", "one-more")
	f.counts("with all seats held", "hall", 0, n, 0)
}

// Events come on sale while others are being sold.
func TestEventsAreAddedDuringASale(t *testing.T) {
	const sellers, n = 4, 60
	f := newInventory(t, nil, one("hall", sellers*n))
	var wg sync.WaitGroup
	for s := range sellers {
		wg.Go(func() {
			for i := range n {
				own := fmt.Sprint("event-", s, "-", i)
				f.mustBe("AddEvent during a sale", f.AddEvent(own, 1), nil)
				f.mustBe("AddEvent of an event that exists, during a sale", f.AddEvent(own, 1), seats.ErrEventExists)
				for _, event := range []string{own, "hall"} {
					_, err := f.Hold(event, own)
					f.mustBe("Hold while events are added", err, nil)
					f.mustBe("Confirm while events are added", f.Confirm(event, own), nil)
				}
			}
		})
	}
	wg.Wait()
	f.counts("of the event that was sold while others were added", "hall", 0, 0, sellers*n)
	for s := range sellers {
		for i := range n {
			f.counts("of an event that was added during a sale", fmt.Sprint("event-", s, "-", i), 0, 0, 1)
		}
	}
}
