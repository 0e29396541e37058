package seats_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/seats"
)

// Tests about time run in a bubble, where it is virtual.

func TestHoldConfirmRefund(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var journal []seats.Kind
		inv := seats.New(time.Minute, func(e seats.Entry) error {
			journal = append(journal, e.Kind)
			return nil
		})
		if err := inv.AddEvent("gala", 1); err != nil {
			t.Fatalf("AddEvent: got %v, want nil", err)
		}
		hold, err := inv.Hold("gala", "r1")
		if want := time.Now().Add(time.Minute); err != nil || hold.Seat != 1 || !hold.Until.Equal(want) {
			t.Fatalf("Hold: got (seat %d until %v, %v), want (seat 1 until %v, nil)", hold.Seat, hold.Until, err, want)
		}
		if again, err := inv.Hold("gala", "r1"); err != nil || again.Seat != hold.Seat || !again.Until.Equal(hold.Until) {
			t.Errorf("Hold of the same request: got (%v, %v), want the first answer (%v, nil)", again, err, hold)
		}
		if _, err := inv.Hold("gala", "r2"); !errors.Is(err, seats.ErrSoldOut) {
			t.Errorf("Hold without a free seat: got %v, want %v", err, seats.ErrSoldOut)
		}
		if err := inv.Confirm("gala", "r1"); err != nil {
			t.Errorf("Confirm: got %v, want nil", err)
		}
		if err := inv.Refund("gala", "r1"); err != nil {
			t.Errorf("Refund: got %v, want nil", err)
		}
		if got, err := inv.Counts("gala"); err != nil || got != (seats.Counts{Free: 1}) {
			t.Errorf("Counts: got (%+v, %v), want ({Free:1 Held:0 Sold:0}, nil)", got, err)
		}
		if len(journal) != 3 || journal[0] != seats.Held || journal[1] != seats.Sold || journal[2] != seats.Refunded {
			t.Errorf("journal: got %v, want [Held Sold Refunded]", journal)
		}
	})
}

func TestHoldsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inv := seats.New(time.Minute, nil)
		if err := inv.AddEvent("gala", 1); err != nil {
			t.Fatalf("AddEvent: got %v, want nil", err)
		}
		if _, err := inv.Hold("gala", "slow"); err != nil {
			t.Fatalf("Hold: got %v, want nil", err)
		}
		time.Sleep(time.Minute)
		if err := inv.Confirm("gala", "slow"); !errors.Is(err, seats.ErrExpired) {
			t.Errorf("Confirm at the end of the hold: got %v, want %v", err, seats.ErrExpired)
		}
		if _, err := inv.Hold("gala", "next"); err != nil {
			t.Errorf("Hold by another at the end of the hold: got %v, want nil", err)
		}
	})
}

// While the journal is busy with one event, the others go on.
func TestEventsDoNotWaitForEachOther(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	inv := seats.New(time.Minute, func(e seats.Entry) error {
		if e.Event == "slow" {
			close(entered)
			<-leave
		}
		return nil
	})
	for _, event := range []string{"slow", "fast"} {
		if err := inv.AddEvent(event, 1); err != nil {
			t.Fatalf("AddEvent: got %v, want nil", err)
		}
	}
	held := make(chan error)
	go func() {
		_, err := inv.Hold("slow", "r1")
		held <- err
	}()
	select {
	case <-entered:
	case err := <-held:
		t.Fatalf("Hold: returned %v without an entry in the journal", err)
	}
	if _, err := inv.Hold("fast", "r1"); err != nil { // for ever, if it waits for the slow event
		t.Errorf("Hold for another event: got %v, want nil", err)
	}
	close(leave)
	if err := <-held; err != nil {
		t.Errorf("Hold after the journal was done: got %v, want nil", err)
	}
}
