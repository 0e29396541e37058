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

	mu     sync.RWMutex // for the map only; never held while an event is at work
	events map[string]*event
}

// New returns an inventory without events, whose holds last so long.
func New(hold time.Duration, journal Journal) *Inventory {
	if journal == nil {
		journal = func(Entry) error { return nil }
	}
	return &Inventory{hold: hold, journal: journal, events: map[string]*event{}}
}

// AddEvent puts an event with seats 1 to seats on sale.
func (inv *Inventory) AddEvent(name string, seats int) error {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	if inv.events[name] != nil {
		return ErrEventExists
	}
	e := &event{name: name, seats: seats, requests: map[string]*request{}}
	for seat := seats; seat > 0; seat-- {
		e.free = append(e.free, seat)
	}
	inv.events[name] = e
	return nil
}

func (inv *Inventory) find(name string) (*event, error) {
	inv.mu.RLock()
	defer inv.mu.RUnlock()
	if e := inv.events[name]; e != nil {
		return e, nil
	}
	return nil, ErrUnknownEvent
}

type event struct {
	name  string
	seats int

	mu       sync.Mutex
	free     []int
	sold     int
	holds    []*request // in the order in which they end, which is that in which they were made
	requests map[string]*request
}

type request struct {
	answer Hold
	state  state
}

type state int

const (
	soldOut state = iota
	held
	ended
	sold
	refunded
)

// advance frees the seats of holds that have ended; e.mu is held.
func (e *event) advance(now time.Time) {
	for len(e.holds) > 0 {
		r := e.holds[0]
		if r.state == held {
			if now.Before(r.answer.Until) {
				return
			}
			r.state = ended
			e.free = append(e.free, r.answer.Seat)
		}
		e.holds = e.holds[1:]
	}
}

// Hold keeps a free seat for request.
func (inv *Inventory) Hold(name, id string) (Hold, error) {
	e, err := inv.find(name)
	if err != nil {
		return Hold{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if r := e.requests[id]; r != nil {
		if r.state == soldOut {
			return Hold{}, ErrSoldOut
		}
		return r.answer, nil
	}
	now := time.Now()
	e.advance(now)
	if len(e.free) == 0 {
		e.requests[id] = &request{state: soldOut}
		return Hold{}, ErrSoldOut
	}
	last := len(e.free) - 1
	r := &request{answer: Hold{Seat: e.free[last], Until: now.Add(inv.hold)}, state: held}
	if err := inv.journal(Entry{Event: name, Request: id, Kind: Held, Seat: r.answer.Seat, Until: r.answer.Until}); err != nil {
		return Hold{}, err
	}
	e.free = e.free[:last]
	e.holds = append(e.holds, r)
	e.requests[id] = r
	return r.answer, nil
}

// Confirm turns a hold into a sale.
func (inv *Inventory) Confirm(name, id string) error {
	e, err := inv.find(name)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.advance(time.Now())
	r := e.requests[id]
	switch {
	case r == nil || r.state == soldOut:
		return ErrNoHold
	case r.state == ended:
		return ErrExpired
	case r.state == refunded:
		return ErrRefunded
	case r.state == sold:
		return nil
	}
	if err := inv.journal(Entry{Event: name, Request: id, Kind: Sold, Seat: r.answer.Seat}); err != nil {
		return err
	}
	r.state = sold
	e.sold++
	return nil
}

// Refund gives the seat of a sale back.
func (inv *Inventory) Refund(name, id string) error {
	e, err := inv.find(name)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.requests[id]
	switch {
	case r == nil || r.state == soldOut:
		return ErrNoHold
	case r.state == refunded:
		return nil
	case r.state != sold:
		return ErrNotSold
	}
	if err := inv.journal(Entry{Event: name, Request: id, Kind: Refunded, Seat: r.answer.Seat}); err != nil {
		return err
	}
	r.state = refunded
	e.sold--
	e.free = append(e.free, r.answer.Seat)
	return nil
}

// Counts returns how many seats of event are free, held and sold.
func (inv *Inventory) Counts(name string) (Counts, error) {
	e, err := inv.find(name)
	if err != nil {
		return Counts{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.advance(time.Now())
	free := len(e.free)
	e.mu.Unlock()
	time.Sleep(1)
	e.mu.Lock()
	return Counts{Free: free, Held: e.seats - len(e.free) - e.sold, Sold: e.sold}, nil
}
