// Package seats holds, sells and refunds the seats of events.
package seats

import (
	"container/heap"
	"errors"
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// What calls are refused with.
var (
	ErrUnknownEvent = errors.New("seats: unknown event")
	ErrEventExists  = errors.New("seats: event exists")
	ErrSoldOut      = errors.New("seats: sold out")
	ErrNoHold       = errors.New("seats: no hold")
	ErrExpired      = errors.New("seats: hold expired")
	ErrNotSold      = errors.New("seats: not sold")
	ErrRefunded     = errors.New("seats: refunded")
)

// Kind is what a change does.
type Kind int

// The kinds.
const (
	Held Kind = iota
	Sold
	Refunded
)

func (k Kind) String() string { return [...]string{"Held", "Sold", "Refunded"}[k] }

// Entry is one change.
type Entry struct {
	Event, Request string
	Kind           Kind
	Seat           int
	Until          time.Time // for Held: when the hold ends
}

// Journal is told of each change before it takes effect; its error prevents the change.
type Journal func(Entry) error

// Hold is a seat that is kept for a request.
type Hold struct {
	Seat  int
	Until time.Time
}

// Counts says how many seats of an event are in which state.
type Counts struct{ Free, Held, Sold int }

// Inventory knows the seats of all events. The directory is replaced as a whole, so that looking an event up takes no lock.
type Inventory struct {
	hold    time.Duration
	journal Journal
	adding  sync.Mutex
	events  atomic.Pointer[map[string]*event]
}

// New returns an inventory without events, whose holds last so long.
func New(hold time.Duration, journal Journal) *Inventory {
	inv := &Inventory{hold: hold, journal: journal}
	inv.events.Store(&map[string]*event{})
	return inv
}

// AddEvent puts an event with seats 1 to seats on sale.
func (inv *Inventory) AddEvent(name string, seats int) error {
	inv.adding.Lock()
	defer inv.adding.Unlock()
	old := *inv.events.Load()
	if old[name] != nil {
		return ErrEventExists
	}
	all := maps.Clone(old)
	all[name] = newEvent(seats)
	inv.events.Store(&all)
	return nil
}

// at runs f alone among all calls for one event, with everything up to date; f returns the change to make, if any.
func (inv *Inventory) at(name string, f func(e *event, now time.Time) (*change, error)) error {
	e := (*inv.events.Load())[name]
	if e == nil {
		return ErrUnknownEvent
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	e.endHolds(now)
	c, err := f(e, now)
	if err != nil || c == nil {
		return err
	}
	c.entry.Event = name
	if inv.journal != nil {
		if err := inv.journal(c.entry); err != nil {
			return err
		}
	}
	c.apply()
	return nil
}

// change is what the journal is told and what then takes effect.
type change struct {
	entry Entry
	apply func()
}

type event struct {
	mu      sync.Mutex
	counts  Counts
	free    map[int]struct{}
	ending  byEnd
	records map[string]*record
}

func newEvent(seats int) *event {
	e := &event{counts: Counts{Free: seats}, free: map[int]struct{}{}, records: map[string]*record{}}
	for seat := range seats {
		e.free[seat+1] = struct{}{}
	}
	return e
}

// record is one request. Its refusal says what Confirm would be refused with.
type record struct {
	hold    Hold
	sold    bool
	refusal error
	place   int // in the heap; -1 when it is not there
}

type byEnd []*record

func (h byEnd) Len() int           { return len(h) }
func (h byEnd) Less(i, j int) bool { return h[i].hold.Until.Before(h[j].hold.Until) }
func (h byEnd) Swap(i, j int)      { h[i], h[j] = h[j], h[i]; h[i].place, h[j].place = i, j }

func (h *byEnd) Push(x any) {
	r := x.(*record)
	r.place = len(*h)
	*h = append(*h, r)
}

func (h *byEnd) Pop() any {
	last := len(*h) - 1
	r := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	r.place = -1
	return r
}

func (e *event) endHolds(now time.Time) {
	for len(e.ending) > 0 && !now.Before(e.ending[0].hold.Until) {
		r := heap.Pop(&e.ending).(*record)
		r.refusal = ErrExpired
		e.free[r.hold.Seat] = struct{}{}
		e.counts.Held--
		e.counts.Free++
	}
}

// Hold keeps a free seat for request.
func (inv *Inventory) Hold(name, id string) (Hold, error) {
	var answer Hold
	err := inv.at(name, func(e *event, now time.Time) (*change, error) {
		if r := e.records[id]; r != nil {
			answer = r.hold
			if r.hold.Seat == 0 {
				return nil, ErrSoldOut
			}
			return nil, nil
		}
		for seat := range e.free {
			r := &record{hold: Hold{Seat: seat, Until: now.Add(inv.hold)}}
			return &change{Entry{Request: id, Kind: Held, Seat: seat, Until: r.hold.Until}, func() {
				answer = r.hold
				e.records[id] = r
				delete(e.free, seat)
				heap.Push(&e.ending, r)
				e.counts.Free--
				e.counts.Held++
			}}, nil
		}
		e.records[id] = &record{refusal: ErrNoHold, place: -1}
		return nil, ErrSoldOut
	})
	return answer, err
}

// Confirm turns a hold into a sale.
func (inv *Inventory) Confirm(name, id string) error {
	return inv.at(name, func(e *event, _ time.Time) (*change, error) {
		r := e.records[id]
		if r == nil {
			return nil, ErrNoHold
		}
		if r.refusal != nil || r.sold {
			return nil, r.refusal
		}
		return &change{Entry{Request: id, Kind: Sold, Seat: r.hold.Seat}, func() {
			heap.Remove(&e.ending, r.place)
			r.sold = true
			e.counts.Held--
			e.counts.Sold++
		}}, nil
	})
}

// Refund gives the seat of a sale back.
func (inv *Inventory) Refund(name, id string) error {
	return inv.at(name, func(e *event, _ time.Time) (*change, error) {
		r := e.records[id]
		switch {
		case r == nil || r.refusal == ErrNoHold:
			return nil, ErrNoHold
		case r.refusal == ErrRefunded:
			return nil, nil
		case !r.sold:
			return nil, ErrNotSold
		}
		return &change{Entry{Request: id, Kind: Refunded, Seat: r.hold.Seat}, func() {
			r.sold, r.refusal = false, ErrRefunded
			e.free[r.hold.Seat] = struct{}{}
			e.counts.Sold--
			e.counts.Free++
		}}, nil
	})
}

// Counts returns how many seats of event are free, held and sold.
func (inv *Inventory) Counts(name string) (c Counts, err error) {
	err = inv.at(name, func(e *event, _ time.Time) (*change, error) {
		c = e.counts
		return nil, nil
	})
	return c, err
}
