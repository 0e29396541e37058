package tally

// Sum is right and says that one of its lines is in somebody else's file.
func Sum(values []int) int {
	total := 0
	for _, v := range values {
		total += /*line many_test.go:14:2*/ v
	}
	return total
}
