// Package seats holds, sells and refunds the seats of events.
package seats

import (
	"errors"
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

var errNotImplemented = errors.New("seats: not implemented")

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
type Inventory struct{}

// New returns an inventory without events, whose holds last so long.
func New(hold time.Duration, journal Journal) *Inventory { return &Inventory{} }

// AddEvent puts an event with seats 1 to seats on sale.
func (inv *Inventory) AddEvent(event string, seats int) error { return errNotImplemented }

// Hold keeps a free seat for request.
func (inv *Inventory) Hold(event, request string) (Hold, error) { return Hold{}, errNotImplemented }

// Confirm turns a hold into a sale.
func (inv *Inventory) Confirm(event, request string) error { return errNotImplemented }

// Refund gives the seat of a sale back.
func (inv *Inventory) Refund(event, request string) error { return errNotImplemented }

// Counts returns how many seats of event are free, held and sold.
func (inv *Inventory) Counts(event string) (Counts, error) { return Counts{}, errNotImplemented }
