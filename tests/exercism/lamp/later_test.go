//go:build later

package lamp

import "testing"

func TestLater(t *testing.T) { t.Fatal("not without the tag") }
