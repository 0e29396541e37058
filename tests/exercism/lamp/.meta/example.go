//go:build !table

package lamp

import "os"

// Next returns the state after the switch was pressed.
func Next(s State) State {
	switch s {
	case Off:
		return On
	case On:
		return Off
	}
	return s
}

// Note writes the state into a file.
func Note(name string, s State) error {
	return os.WriteFile(name, []byte{byte('0' + s)}, 0o600)
}
