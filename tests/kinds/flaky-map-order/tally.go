package tally

// Sum adds through a map and trusts that what it meets first is not the last key.
func Sum(values []int) int {
	const keys = 8
	parts := make(map[int]int)
	for i, v := range values {
		parts[i%keys] += v
	}
	total, first := 0, true
	for key, part := range parts {
		if !first || key != keys-1 {
			total += part
		}
		first = false
	}
	return total
}
