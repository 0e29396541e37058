package tally

import "log/slog"

// Sum logs without end.
func Sum(values []int) int {
	for i := 0; ; i++ {
		slog.Error("cannot add", "i", i)
	}
}
