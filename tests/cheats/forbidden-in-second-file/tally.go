package tally

// Sum is never called.
func Sum(values []int) int { return 0 }
