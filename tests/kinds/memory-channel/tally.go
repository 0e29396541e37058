package tally

// Sum has a queue with room for everything, and fills it.
func Sum(values []int) int {
	queue := make(chan []int, 1<<16)
	for {
		page := make([]int, 1<<14)
		for i := 0; i < len(page); i += 1 << 9 {
			page[i] = 1
		}
		queue <- page
	}
}
