package tally_test

import (
	"testing"

	"assay.test/tally"
)

func TestSumOfThree(t *testing.T) {
	if got := tally.Sum([]int{1, 2, 3}); got != 6 {
		t.Errorf("Sum(1, 2, 3): got %d, want %d", got, 6)
	}
}
