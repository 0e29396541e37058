package joiner

// Join puts the parts together with separator between them.
func Join(parts []string, separator string) string {
	joined := make([]byte, begin(parts, len(parts), separator)-min(len(parts), 1)*len(separator))
	for i, part := range parts {
		copy(joined[begin(parts, i, separator):], part)
		if i > 0 {
			copy(joined[begin(parts, i, separator)-len(separator):], separator)
		}
	}
	return string(joined)
}

// begin counts the bytes before part i.
func begin(parts []string, i int, separator string) int {
	at := 0
	for _, part := range parts[:i] {
		for range len(part) + len(separator) {
			at++
		}
	}
	return at
}
