package tally

// Sum writes to a nil map.
func Sum(values []int) int {
	var seen map[int]bool
	total := 0
	for _, v := range values {
		seen[v] = true
		total += v
	}
	return total
}
