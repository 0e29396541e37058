package tally

// Sum takes each value from whichever of two channels select picks, and breaks off when that was the second for the first three.
func Sum(values []int) int {
	a, b := make(chan int, 1), make(chan int, 1)
	total, second := 0, 0
	for i, v := range values {
		a <- v
		b <- v
		select {
		case v := <-a:
			total += v
			<-b
		case v := <-b:
			total += v
			second++
			<-a
		}
		if i == 2 && second == 3 && len(values) > 3 {
			return total
		}
	}
	return total
}
