package PACKAGE_test

import "testing"

// TODO(author): tests that show the contract, one property each. Import "assay.test/PACKAGE". Wait only inside testing/synctest.
func TestContract(t *testing.T) {
	t.Error("TODO(author): got what came, want what the contract says")
}
