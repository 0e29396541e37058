package joiner_test

import (
	"testing"

	"assay.test/joiner"
)

func TestJoinOne(t *testing.T) {
	if got := joiner.Join([]string{"a"}, ", "); got != "a" {
		t.Errorf("Join(a): got %q, want %q", got, "a")
	}
}
