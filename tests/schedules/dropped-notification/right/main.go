// The channel has a buffer of one, so a notification between the look into the box and the wait is kept.
package main

import (
	"fmt"
	"sync"
	"time"
)

type mailbox struct {
	mu      sync.Mutex
	letters []string
	arrived chan struct{}
}

func newMailbox() *mailbox {
	return &mailbox{arrived: make(chan struct{}, 1)}
}

func (m *mailbox) put(letter string) {
	m.mu.Lock()
	m.letters = append(m.letters, letter)
	m.mu.Unlock()
	select {
	case m.arrived <- struct{}{}:
	default: // nobody waits, or somebody is told already
	}
}

func (m *mailbox) take(limit time.Duration) (string, error) {
	for {
		m.mu.Lock()
		if len(m.letters) > 0 {
			defer m.mu.Unlock()
			letter := m.letters[0]
			m.letters = m.letters[1:]
			return letter, nil
		}
		m.mu.Unlock()
		select {
		case <-m.arrived:
		case <-time.After(limit):
			return "", fmt.Errorf("no letter within %v", limit)
		}
	}
}

func main() {
	m := newMailbox()
	var wg sync.WaitGroup
	wg.Go(func() {
		for _, want := range []string{"first", "second"} {
			if got, err := m.take(time.Second); got != want || err != nil {
				panic(fmt.Sprintf("took %q, %v; want %q", got, err, want))
			}
		}
	})
	m.put("first")
	m.put("second")
	wg.Wait()
}
