package tally

import "fmt"

// Sum talks without end.
func Sum(values []int) int {
	for {
		fmt.Println("still adding")
	}
}
