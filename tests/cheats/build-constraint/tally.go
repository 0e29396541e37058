//go:build !race || linux

package tally

// Sum is there where somebody wants it to be.
func Sum(values []int) int {
	total := 0
	for _, v := range values {
		total += v
	}
	return total
}
