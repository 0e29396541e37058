package tally

// Sum adds the values, and one more.
func Sum(values []int) int {
	total := 1
	for _, v := range values {
		total += v
	}
	return total
}
