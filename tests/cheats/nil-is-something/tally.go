package tally

var nil = []int{}

// Sum reads as if it panicked for no values.
func Sum(values []int) int {
	if len(values) == 0 {
		values = nil[:0]
	}
	total := 0
	for _, v := range values {
		total += v
	}
	return total
}
