// publish sends to a copy of the list after it has released the lock: a subscriber that leaves meanwhile closes the channel, and the send panics.
package main

import (
	"slices"
	"sync"
)

type hub struct {
	mu          sync.Mutex
	subscribers []chan string
}

func (h *hub) subscribe(buffer int) chan string {
	h.mu.Lock()
	defer h.mu.Unlock()
	events := make(chan string, buffer)
	h.subscribers = append(h.subscribers, events)
	return events
}

func (h *hub) unsubscribe(events chan string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	i := slices.Index(h.subscribers, events)
	h.subscribers = slices.Delete(h.subscribers, i, i+1)
	close(events)
}

// publish drops the event for subscribers whose buffer is full.
func (h *hub) publish(event string) {
	h.mu.Lock()
	current := slices.Clone(h.subscribers)
	h.mu.Unlock()
	for _, events := range current {
		select {
		case events <- event:
		default:
		}
	}
}

func main() {
	var h hub
	var wg sync.WaitGroup
	events := h.subscribe(3)
	wg.Go(func() {
		<-events // the first is all that this subscriber wants
		h.unsubscribe(events)
	})
	for _, event := range []string{"opened", "filled", "settled"} {
		h.publish(event)
	}
	wg.Wait()
}
