package tally

// Sum does not compile.
func Sum(values []int) int {
	return totl
}
