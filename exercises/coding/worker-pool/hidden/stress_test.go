package pool_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"assay.test/pool"
)

// On the real clock and outside a bubble: nothing but the pool itself orders what its goroutines do.
func TestEveryAcceptedTaskRunsExactlyOnce(t *testing.T) {
	const submitters, each = 8, 170 // six submitters that wait have more than a thousand tasks accepted
	p := newPool(t, pool.WithWorkers(4), pool.WithQueue(8), pool.WithOnError(func(error) {}))
	var runs [submitters][each]int // plain: a task is ordered after its Submit began and before Shutdown returns
	var refused atomic.Uint64
	var accepted [submitters][each]bool
	var senders, readers sync.WaitGroup
	readers.Go(func() {
		for range 2 * each {
			p.Stats()
			yield(1)
		}
	})
	for i := range submitters {
		senders.Go(func() {
			for j := range each {
				task := func(context.Context) error {
					runs[i][j]++
					switch j % 10 {
					case 3:
						return errors.New("no")
					case 7:
						panic("no")
					}
					return nil
				}
				var err error
				if i%4 == 3 {
					err = p.TrySubmit(task)
				} else {
					err = p.Submit(context.Background(), task)
				}
				switch {
				case err == nil:
					accepted[i][j] = true
				case i%4 == 3 && errors.Is(err, pool.ErrQueueFull):
					refused.Add(1)
				default:
					t.Errorf("Submit %d of submitter %d: got %v, want nil", j+1, i+1, err)
				}
			}
		})
	}
	senders.Wait()
	p.drain()
	readers.Wait()

	var want pool.Stats
	want.Rejected = refused.Load()
	for i := range submitters {
		for j := range each {
			n := 0
			if accepted[i][j] {
				n = 1
				want.Submitted++
				want.Completed++
				if j%10 == 3 || j%10 == 7 {
					want.Failed++
				}
				if j%10 == 7 {
					want.Panicked++
				}
			}
			if runs[i][j] != n {
				t.Fatalf("task %d of submitter %d: accepted %t, ran %d times, want %d", j+1, i+1, accepted[i][j], runs[i][j], n)
			}
		}
	}
	if got := p.Stats(); got != want {
		t.Errorf("Stats after Shutdown: got %+v, want %+v", got, want)
	}
}
