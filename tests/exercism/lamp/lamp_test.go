package lamp

import (
	"os"
	"strings"
	"testing"
)

func TestNext(t *testing.T) {
	for _, c := range cases {
		if got := Next(c.from); got != c.to {
			t.Errorf("Next(%d): got %d, want %d", c.from, got, c.to)
		}
	}
}

func TestNote(t *testing.T) {
	if err := Note("lamp.txt", On); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile("lamp.txt"); err != nil || string(text) != "1" {
		t.Errorf("lamp.txt: got %q, %v, want 1", text, err)
	}
}

func TestOwnSource(t *testing.T) {
	text, err := os.ReadFile("lamp.go")
	if err != nil || !strings.Contains(string(text), "func Next") {
		t.Errorf("lamp.go: got %q, %v", text, err)
	}
}

// The goroutine that is left behind is this test's own.
func TestCareless(t *testing.T) {
	go func() { select {} }()
}

// A test that skips is part of what an import must tell truly: its status is "not_run", never "passed".
func TestBroken(t *testing.T) {
	t.Skip("nobody is there to mend it")
}
