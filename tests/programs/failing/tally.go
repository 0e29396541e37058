package tally

// Sum is one too high.
func Sum(values []int) int {
	total := 1
	for _, v := range values {
		total += v
	}
	return total
}
