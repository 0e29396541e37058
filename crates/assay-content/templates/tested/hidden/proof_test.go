package PACKAGE_test

import "testing"

// TODO(author): tests that prove the contract: the edges, and each mistake that wrong/ makes.
func TestProof(t *testing.T) {
	t.Error("TODO(author): got what came, want what the contract says")
}
