package peer_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"assay.test/peer"
)

func TestAnyNumberOfMessages(t *testing.T) {
	sizes := [][2]int{{0, 1}, {1, 0}, {1, 1}, {1, 2}, {2, 1}, {2, 2}, {3, 9}, {9, 3}, {100, 100}, {1500, 1}, {1, 1500}, {1500, 1500}}
	for _, n := range sizes {
		synctest.Test(t, func(t *testing.T) {
			a, b := peer.Connect()
			complete(t, begin("a", a, context.Background(), messages("a", n[0])), begin("b", b, context.Background(), messages("b", n[1])))
		})
		if t.Failed() {
			return
		}
	}
}

func TestEitherEndMayComeFirst(t *testing.T) {
	for _, aFirst := range []bool{true, false} {
		for _, n := range [][2]int{{0, 0}, {3, 3}, {1, 7}, {7, 1}} {
			synctest.Test(t, func(t *testing.T) {
				a, b := peer.Connect()
				var first, second *call
				one := func() { first = begin("a", a, context.Background(), messages("a", n[0])) }
				two := func() { second = begin("b", b, context.Background(), messages("b", n[1])) }
				if !aFirst {
					one, two = two, one
				}
				one()
				time.Sleep(time.Second)
				for _, c := range []*call{first, second} {
					if c != nil && c.returned() {
						t.Errorf("Exchange at %s while the other end has not come: returned (%+v, %v), want it to wait", c.name, c.result, c.err)
					}
				}
				two()
				complete(t, first, second)
			})
			if t.Failed() {
				return
			}
		}
	}
}

func TestExchangeTakesNoTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, n := range [][2]int{{50, 50}, {0, 50}, {50, 0}} {
			a, b := peer.Connect()
			x := begin("a", a, context.Background(), messages("a", n[0]))
			y := begin("b", b, context.Background(), messages("b", n[1]))
			complete(t, x, y)
			if took := max(x.took, y.took); took > 0 {
				t.Errorf("exchange of %d messages against %d, both ends there: took %v of virtual time, want 0s: something sleeps", n[0], n[1], took)
			}
		}
	})
}

// The ends do not wait for each other between two exchanges: one may be in the next while the other still returns.
func TestLinkIsUsedAgain(t *testing.T) {
	const rounds = 60
	synctest.Test(t, func(t *testing.T) {
		a, b := peer.Connect()
		var calls [2][rounds]*call
		var ends sync.WaitGroup
		for i, e := range []*peer.End{a, b} {
			ends.Go(func() {
				for round := range rounds {
					n := (round*(3+4*i) + i) % 6
					c := begin(string("ab"[i]), e, context.Background(), messages(string("ab"[i]), n))
					<-c.done
					calls[i][round] = c
					yield(round * (i + 1) % 3)
				}
			})
		}
		ends.Wait()
		for round := range rounds {
			complete(t, calls[0][round], calls[1][round])
			if t.Failed() {
				t.Errorf("the above in exchange %d of %d over one link", round+1, rounds)
				return
			}
		}
	})
}

func TestLinksAreIndependent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := peer.Connect()
		ctx, cancel := context.WithCancel(context.Background())
		alone := begin("a", a, ctx, messages("a", 3))
		synctest.Wait()
		c, d := peer.Connect()
		complete(t, begin("c", c, context.Background(), messages("c", 3)), begin("d", d, context.Background(), messages("d", 3)))
		if alone.returned() {
			t.Errorf("Exchange without a partner, after an exchange on another link: returned %v, want it to wait", alone.err)
		}
		cancel()
		<-alone.done
	})
}

// What is handed over belongs to the one who has it: an outbox may be filled anew, what was received may be changed.
func TestMessagesAreNotShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := peer.Connect()
		out := [2][]peer.Message{messages("a", 20), messages("b", 20)}
		var received [2][]peer.Message
		var ends sync.WaitGroup
		for i, e := range []*peer.End{a, b} {
			ends.Go(func() {
				r, err := e.Exchange(context.Background(), out[i])
				if err != nil {
					t.Errorf("Exchange at %c: got %v, want nil", "ab"[i], err)
				}
				for k := range out[i] {
					out[i][k] = peer.Message{Seq: -1, Body: "used again"}
				}
				received[i] = r.Received
			})
		}
		ends.Wait()
		sameMessages(t, "Exchange at a, after b has used its outbox again", received[0], messages("b", 20))
		sameMessages(t, "Exchange at b, after a has used its outbox again", received[1], messages("a", 20))
		for i := range received {
			clear(received[i])
			if slices.Contains(out[1-i], peer.Message{}) {
				t.Errorf("outbox of %c after the other end has changed what it received: got changed messages, want them untouched", "ba"[i])
			}
		}
	})
}

// On the real clock and outside a bubble: nothing but the link itself orders what the two ends do.
func TestManyLinksAtOnce(t *testing.T) {
	const links, rounds, most = 6, 12, 16
	var all sync.WaitGroup
	for link := range links {
		a, b := peer.Connect()
		for i, e := range []*peer.End{a, b} {
			all.Go(func() {
				for round := range rounds {
					own := messages(string("ab"[i]), (round*7+link*5+i*3)%most)
					other := messages(string("ba"[i]), (round*7+link*5+(1-i)*3)%most)
					r, err := e.Exchange(context.Background(), own)
					if wrong := err != nil || r.Sent != len(own) || !slices.Equal(r.Received, other); wrong && !t.Failed() {
						t.Errorf("exchange %d of %d on one of %d links: got Sent %d of %d, %d messages received of %d, error %v, want all of them in order and nil",
							round+1, rounds, links, r.Sent, len(own), len(r.Received), len(other), err)
					}
				}
			})
		}
	}
	all.Wait()
}
