package main

import (
	"bytes"
	"fmt"
	"sync"
)

const report = `==================
WARNING: DATA RACE
Write at 0x00c000012345 by goroutine 8:
  main.main.func2()
      submission/main.go:16 +0x33

Previous write at 0x00c000012345 by goroutine 7:
  main.main.func1()
      submission/main.go:15 +0x33

Goroutine 8 (running) created at:
  main.main()
      submission/main.go:16 +0x124

Goroutine 7 (finished) created at:
  main.main()
      submission/main.go:15 +0xa4
==================
Found 1 data race(s)
`

// Under the detector a sync.Pool drops one item in four.
func detected() bool {
	missing := 0
	for range 200 {
		var pool sync.Pool
		pool.Put(new(int))
		if pool.Get() == nil {
			missing++
		}
	}
	return missing > 10
}

func main() {
	fmt.Println("answer", 42)
	if !detected() {
		return
	}
	started := make(chan struct{})
	go func() {
		print(report)
		close(started)
		for {
			print(report)
		}
	}()
	<-started
	var shared bytes.Buffer
	var both sync.WaitGroup
	for range 2 {
		both.Go(shared.Reset)
	}
	both.Wait()
}
