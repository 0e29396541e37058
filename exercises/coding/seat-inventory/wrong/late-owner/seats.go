// Package seats holds, sells and refunds the seats of events.
package seats

import (
	"errors"
	"sync"
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

// Inventory knows the seats of all events.
type Inventory struct {
	hold    time.Duration
	journal Journal
	events  sync.Map // name to *event
}

// New returns an inventory without events, whose holds last so long.
func New(hold time.Duration, journal Journal) *Inventory {
	return &Inventory{hold: hold, journal: journal}
}

// event is locked by taking the one token out of its channel.
type event struct {
	token    chan struct{}
	table    []seat
	next     int // where to look first for a free seat
	requests map[string]ticket
}

// seat belongs to a request until its hold ends, or for good when it is sold. The zero seat is free.
type seat struct {
	owner string
	taken bool
	sold  bool
	until time.Time
}

func (s seat) isFree(now time.Time) bool {
	return !s.taken || !s.sold && !now.Before(s.until)
}

// ticket is the first answer to a request; without a seat it was sold out.
type ticket struct {
	hold     Hold
	bought   bool
	refunded bool
}

// AddEvent puts an event with seats 1 to seats on sale.
func (inv *Inventory) AddEvent(name string, seats int) error {
	e := &event{token: make(chan struct{}, 1), table: make([]seat, seats+1), requests: map[string]ticket{}}
	e.token <- struct{}{}
	if _, there := inv.events.LoadOrStore(name, e); there {
		return ErrEventExists
	}
	return nil
}

func (inv *Inventory) lock(name string) (*event, error) {
	e, ok := inv.events.Load(name)
	if !ok {
		return nil, ErrUnknownEvent
	}
	<-e.(*event).token
	return e.(*event), nil
}

func (e *event) unlock() { e.token <- struct{}{} }

func (inv *Inventory) write(entry Entry) error {
	if inv.journal == nil {
		return nil
	}
	return inv.journal(entry)
}

// freeSeat goes once round the hall and returns 0 if all seats are taken.
func (e *event) freeSeat(now time.Time) int {
	n := len(e.table) - 1
	for i := range n {
		seat := (e.next+i)%n + 1
		if e.table[seat].isFree(now) {
			e.next = seat - 1
			return seat
		}
	}
	return 0
}

// Hold keeps a free seat for request.
func (inv *Inventory) Hold(name, id string) (Hold, error) {
	e, err := inv.lock(name)
	if err != nil {
		return Hold{}, err
	}
	defer e.unlock()
	if t, ok := e.requests[id]; ok {
		if t.hold.Seat == 0 {
			return Hold{}, ErrSoldOut
		}
		return t.hold, nil
	}
	now := time.Now()
	h := Hold{Seat: e.freeSeat(now), Until: now.Add(inv.hold)}
	if h.Seat == 0 {
		e.requests[id] = ticket{}
		return Hold{}, ErrSoldOut
	}
	if err := inv.write(Entry{name, id, Held, h.Seat, h.Until}); err != nil {
		return Hold{}, err
	}
	e.table[h.Seat] = seat{owner: id, taken: true, until: h.Until}
	e.requests[id] = ticket{hold: h}
	return h, nil
}

// Confirm turns a hold into a sale.
func (inv *Inventory) Confirm(name, id string) error {
	e, err := inv.lock(name)
	if err != nil {
		return err
	}
	defer e.unlock()
	t := e.requests[id]
	switch {
	case t.hold.Seat == 0:
		return ErrNoHold
	case t.refunded:
		return ErrRefunded
	case t.bought:
		return nil
	}
	if err := inv.write(Entry{Event: name, Request: id, Kind: Sold, Seat: t.hold.Seat}); err != nil {
		return err
	}
	e.table[t.hold.Seat].sold = true
	t.bought = true
	e.requests[id] = t
	return nil
}

// Refund gives the seat of a sale back.
func (inv *Inventory) Refund(name, id string) error {
	e, err := inv.lock(name)
	if err != nil {
		return err
	}
	defer e.unlock()
	t := e.requests[id]
	switch {
	case t.hold.Seat == 0:
		return ErrNoHold
	case t.refunded:
		return nil
	case !t.bought:
		return ErrNotSold
	}
	if err := inv.write(Entry{Event: name, Request: id, Kind: Refunded, Seat: t.hold.Seat}); err != nil {
		return err
	}
	e.table[t.hold.Seat] = seat{}
	t.refunded = true
	e.requests[id] = t
	return nil
}

// Counts returns how many seats of event are free, held and sold.
func (inv *Inventory) Counts(name string) (Counts, error) {
	e, err := inv.lock(name)
	if err != nil {
		return Counts{}, err
	}
	defer e.unlock()
	var c Counts
	now := time.Now()
	for _, s := range e.table[1:] {
		switch {
		case s.isFree(now):
			c.Free++
		case s.sold:
			c.Sold++
		default:
			c.Held++
		}
	}
	return c, nil
}
