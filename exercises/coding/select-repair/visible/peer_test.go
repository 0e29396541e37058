package peer_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/peer"
)

// Each test runs in a bubble: time is virtual, and a test in which every goroutine is blocked for ever is a deadlock.

func TestBothHaveMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := peer.Connect()
		toB := []peer.Message{{Seq: 1, Body: "buy"}, {Seq: 2, Body: "sell"}, {Seq: 3, Body: "hold"}}
		toA := []peer.Message{{Seq: 1, Body: "bought"}, {Seq: 2, Body: "sold"}}

		var fromB peer.Result
		var errB error
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			fromB, errB = b.Exchange(context.Background(), toA)
		}()
		fromA, errA := a.Exchange(context.Background(), toB)
		<-ended

		if errA != nil || fromA.Sent != 3 || len(fromA.Received) != 2 || fromA.Received[0] != toA[0] || fromA.Received[1] != toA[1] {
			t.Errorf("Exchange at a, 3 messages against 2: got (%+v, %v), want Sent 3, Received %v and nil", fromA, errA, toA)
		}
		if errB != nil || fromB.Sent != 2 || len(fromB.Received) != 3 || fromB.Received[0] != toB[0] || fromB.Received[2] != toB[2] {
			t.Errorf("Exchange at b, 2 messages against 3: got (%+v, %v), want Sent 2, Received %v and nil", fromB, errB, toB)
		}
	})
}

func TestOneHasNoMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := peer.Connect()
		var fromA peer.Result
		var errA error
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			fromA, errA = a.Exchange(context.Background(), nil)
		}()
		fromB, errB := b.Exchange(context.Background(), []peer.Message{{Seq: 1, Body: "hello"}})
		<-ended
		if errA != nil || fromA.Sent != 0 || len(fromA.Received) != 1 {
			t.Errorf("Exchange of no message against one: got (%+v, %v), want Sent 0, one message received and nil", fromA, errA)
		}
		if errB != nil || fromB.Sent != 1 || len(fromB.Received) != 0 {
			t.Errorf("Exchange of one message against none: got (%+v, %v), want Sent 1, nothing received and nil", fromB, errB)
		}
	})
}

func TestAloneUntilTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := peer.Connect()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		begun := time.Now()
		r, err := a.Exchange(ctx, []peer.Message{{Seq: 1, Body: "anybody there?"}})
		if !errors.Is(err, context.DeadlineExceeded) || r.Sent != 0 || len(r.Received) != 0 {
			t.Errorf("Exchange without a partner: got (%+v, %v), want an empty Result and %v", r, err, context.DeadlineExceeded)
		}
		if d := time.Since(begun); d != time.Second {
			t.Errorf("Exchange without a partner, deadline in 1s: took %v, want 1s", d)
		}
		if _, err := b.Exchange(context.Background(), nil); !errors.Is(err, peer.ErrBroken) {
			t.Errorf("Exchange at b after a has given up: got %v, want %v", err, peer.ErrBroken)
		}
	})
}
