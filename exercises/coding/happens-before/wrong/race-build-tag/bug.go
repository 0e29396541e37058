//go:build race

package main

import "sync"

func init() {
	bug = func() {
		n := 0
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() { n++ })
		}
		both.Wait()
	}
}
