package tally

import "context"

type forever struct{ context.Context }

// Done is a channel of our own, so that package context needs a goroutine to watch it.
func (forever) Done() <-chan struct{} { return make(chan struct{}) }

// Value hides that there is an ordinary context inside.
func (forever) Value(any) any { return nil }

// Sum is right and leaves the watcher of an abandoned context.
func Sum(values []int) int {
	total := 0
	for _, v := range values {
		total += v
	}
	ctx, cancel := context.WithCancel(forever{context.Background()})
	keep = append(keep, cancel)
	_ = ctx
	return total
}

var keep []context.CancelFunc
