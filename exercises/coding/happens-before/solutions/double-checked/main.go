package main

import (
	"fmt"
	"sync"
)

type config struct{ answer int }

var (
	mu     sync.Mutex
	loaded *config
)

func get() *config {
	if loaded != nil {
		return loaded
	}
	mu.Lock()
	defer mu.Unlock()
	if loaded == nil {
		loaded = &config{answer: 42}
	}
	return loaded
}

func main() {
	var users sync.WaitGroup
	for range 4 {
		users.Go(func() { get() })
	}
	users.Wait()
	fmt.Println("answer", get().answer)
}
