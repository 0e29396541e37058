package tally

// Sum comes from an assembly file, somebody hopes.
func Sum(values []int) int
