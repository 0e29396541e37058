package tally

import (
	"fmt"
	"strings"
)

// Sum draws a line without end.
func Sum(values []int) int {
	line := strings.Repeat("=", 1<<16)
	for {
		fmt.Print(line)
	}
}
