package tally

import "sync/atomic"

// pointerTo gives a value whose type cannot be named without unsafe: the compiler infers it.
func pointerTo[T any](func(*T) T) *T { return new(T) }

// Sum holds an unsafe.Pointer, and can do nothing with it.
func Sum(values []int) int {
	p := pointerTo(atomic.LoadPointer)
	atomic.StorePointer(p, *p)
	return 0
}
