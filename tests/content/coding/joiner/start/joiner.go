package joiner

// Join puts the parts together with separator between them.
func Join(parts []string, separator string) string {
	joined := ""
	for i, part := range parts {
		if i > 0 {
			joined += separator
		}
		joined += part
	}
	return joined
}
