package tally

func init() { select {} }

// Sum is never called.
func Sum(values []int) int { return 0 }
