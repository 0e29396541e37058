package main

import "sync"

type broker struct {
	mu      sync.Mutex
	publish chan string
	deliver chan string
	stop    chan struct{}
}

// run delivers under its lock until it is stopped.
func (b *broker) run(started chan<- struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(started)
	for {
		select {
		case b.deliver <- "greeting":
		case <-b.stop:
			return
		}
	}
}

// client wants its message to be taken before it takes one.
func (b *broker) client() {
	select {
	case b.publish <- "hello":
	case <-b.stop:
		return
	}
	<-b.deliver
}

// shutdown is the only one who could free the two, and needs the lock that one of them holds.
func (b *broker) shutdown() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.stop)
}

func main() {
	b := &broker{
		publish: make(chan string),
		deliver: make(chan string),
		stop:    make(chan struct{}),
	}
	started := make(chan struct{})
	go b.run(started)
	go b.client()
	<-started
	b.shutdown()
}
