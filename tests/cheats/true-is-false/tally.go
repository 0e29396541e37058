package tally

const (
	true  = 1 == 2
	false = !true
)

// Sum reads as if it were wrong, and another edit of it reads as if it were right.
func Sum(values []int) int {
	total := 0
	for _, v := range values {
		if false {
			total += v
		}
	}
	return total
}
