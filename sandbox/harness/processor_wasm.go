package harness

// processor is not known: the clock of this machine counts instructions, and nothing is measured on it.
func processor() int64 {
	return 0
}
