package peer_test

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"runtime/metrics"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"assay.test/peer"
)

// messages makes n messages that nobody else makes.
func messages(from string, n int) []peer.Message {
	all := make([]peer.Message, n)
	for i := range all {
		all[i] = peer.Message{Seq: i + 1, Body: fmt.Sprintf("%s-%d", from, i+1)}
	}
	return all
}

// call is an Exchange on a goroutine of its own.
type call struct {
	name   string
	outbox []peer.Message
	done   chan struct{}
	result peer.Result
	err    error
	took   time.Duration
}

func begin(name string, e *peer.End, ctx context.Context, outbox []peer.Message) *call {
	c := &call{name: name, outbox: outbox, done: make(chan struct{})}
	go func() {
		defer close(c.done)
		begun := time.Now()
		c.result, c.err = e.Exchange(ctx, outbox)
		c.took = time.Since(begun)
	}()
	return c
}

func (c *call) returned() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// complete waits for both calls of an exchange in which nobody gives up, and checks what they came to.
func complete(t *testing.T, a, b *call) {
	t.Helper()
	<-a.done
	<-b.done
	for _, side := range []struct{ own, other *call }{{a, b}, {b, a}} {
		what := fmt.Sprintf("Exchange at %s, %d messages against %d", side.own.name, len(side.own.outbox), len(side.other.outbox))
		if side.own.err != nil {
			t.Errorf("%s: got error %v, want nil", what, side.own.err)
		}
		if got, want := side.own.result.Sent, len(side.own.outbox); got != want {
			t.Errorf("%s: Sent: got %d, want %d", what, got, want)
		}
		sameMessages(t, what, side.own.result.Received, side.other.outbox)
	}
}

func sameMessages(t *testing.T, what string, got, want []peer.Message) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: number of messages received: got %d, want %d", what, len(got), len(want))
		return
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s: message %d of %d received: got %+v, want %+v", what, i+1, len(want), got[i], want[i])
			return
		}
	}
}

// agree checks two calls that have returned, in whatever way: what one end counts as sent is what the other end has, in order.
func agree(t *testing.T, a, b *call) {
	t.Helper()
	for _, side := range []struct{ from, to *call }{{a, b}, {b, a}} {
		sent, received := side.from.result.Sent, side.to.result.Received
		if sent != len(received) {
			t.Errorf("exchange that was given up: %s counts %d messages as sent, %s has received %d, want the same number", side.from.name, sent, side.to.name, len(received))
			return
		}
		if !slices.Equal(received, side.from.outbox[:sent]) {
			t.Errorf("exchange that was given up: %s received %v, want the first %d messages of %s in order", side.to.name, received, sent, side.from.name)
		}
	}
}

// fragile is a context that ends right after it was looked at so many times.
type fragile struct {
	context.Context
	end   context.CancelFunc
	looks atomic.Int64
}

func endsAfterLooks(n int) context.Context {
	ctx, end := context.WithCancel(context.Background())
	c := &fragile{Context: ctx, end: end}
	c.looks.Store(int64(n))
	if n == 0 {
		end()
	}
	return c
}

func (c *fragile) looked() {
	if c.looks.Add(-1) == 0 {
		c.end()
	}
}

func (c *fragile) Err() error {
	defer c.looked()
	return c.Context.Err()
}

func (c *fragile) Done() <-chan struct{} {
	defer c.looked()
	return c.Context.Done()
}

func yield(n int) {
	for range n {
		runtime.Gosched()
	}
}

// scheduled returns how often goroutines of this process have been scheduled so far; the runtime looks at one time in eight.
func scheduled() uint64 {
	sample := []metrics.Sample{{Name: "/sched/latencies:seconds"}}
	metrics.Read(sample)
	var n uint64
	for _, c := range sample[0].Value.Float64Histogram().Counts {
		n += c
	}
	return 8 * n
}

// woken returns how often goroutines woke up while d passed and nothing happened: the least of up to three times. The steps of the
// garbage collector count too; who polls does so every time.
func woken(d time.Duration) uint64 {
	least := uint64(math.MaxUint64)
	for try := 0; least > 1000 && try < 3; try++ {
		before := scheduled()
		time.Sleep(d)
		least = min(least, scheduled()-before)
	}
	return least
}
