package joiner_test

import (
	"testing"

	"assay.test/joiner"
)

func TestJoinThree(t *testing.T) {
	if got := joiner.Join([]string{"a", "bc", "d"}, ", "); got != "a, bc, d" {
		t.Errorf("Join(a, bc, d): got %q, want %q", got, "a, bc, d")
	}
}

func BenchmarkJoinMany(b *testing.B) {
	parts := make([]string, 300)
	for i := range parts {
		parts[i] = "12345678"
	}
	texts := [...]string{"abcdefgh", "12345678"}
	n := 0
	for b.Loop() {
		// Other parts each time: what is kept from before is no answer.
		i := n % len(parts)
		parts[i] = texts[n/len(parts)%2]
		n++
		if got := joiner.Join(parts, ", "); len(got) != 2998 || got[10*i:10*i+8] != parts[i] {
			b.Fatalf("Join(300 parts) at part %d: got %q, want %q", i, got[10*i:10*i+8], parts[i])
		}
	}
}
