package lamp

// State of a lamp.
type State int

const (
	Off State = iota
	On
	Broken
)
