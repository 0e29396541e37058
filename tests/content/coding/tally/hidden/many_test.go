package tally_test

import (
	"testing"

	"assay.test/tally"
)

func TestSumOfMany(t *testing.T) {
	values := make([]int, 100)
	for i := range values {
		values[i] = i
	}
	if got := tally.Sum(values); got != 4950 {
		t.Errorf("Sum(0 to 99): got %d, want %d", got, 4950)
	}
}

func TestSumOfNothing(t *testing.T) {
	if got := tally.Sum(nil); got != 0 {
		t.Errorf("Sum(): got %d, want %d", got, 0)
	}
}
