package joiner

import "strings"

// Join puts the parts together with separator between them.
func Join(parts []string, separator string) string {
	size := 0
	for _, part := range parts {
		size += len(part) + len(separator)
	}
	var joined strings.Builder
	joined.Grow(size)
	for i, part := range parts {
		if i > 0 {
			joined.WriteString(separator)
		}
		joined.WriteString(part)
	}
	return joined.String()
}
