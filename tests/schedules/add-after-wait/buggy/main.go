// submit counts the task after it has released the lock: close may come between, find nothing to wait for and return before the task has run.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type server struct {
	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup
}

// submit starts the task in the background, or reports false if the server is closed.
func (s *server) submit(task func()) bool {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return false
	}
	s.mu.Unlock()
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		task()
	}()
	return true
}

// close refuses further tasks and returns when those accepted are done.
func (s *server) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.running.Wait()
}

func main() {
	var s server
	var accepted, done atomic.Int64
	var clients sync.WaitGroup
	client := func() {
		if s.submit(func() { done.Add(1) }) {
			accepted.Add(1)
		}
	}
	for range 2 {
		clients.Go(client)
	}
	client()
	s.close()
	atClose := done.Load()
	clients.Wait()
	if want := accepted.Load(); atClose != want {
		panic(fmt.Sprintf("%d tasks accepted, %d done when the server was closed", want, atClose))
	}
}
