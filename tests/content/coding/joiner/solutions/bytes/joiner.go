package joiner

// Join puts the parts together with separator between them.
func Join(parts []string, separator string) string {
	size := 0
	for _, part := range parts {
		size += len(part) + len(separator)
	}
	joined := make([]byte, 0, size)
	for i, part := range parts {
		if i > 0 {
			joined = append(joined, separator...)
		}
		joined = append(joined, part...)
	}
	return string(joined)
}
