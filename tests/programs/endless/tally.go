package tally

var turns int

// Sum never ends.
func Sum(values []int) int {
	for {
		turns++
	}
}
