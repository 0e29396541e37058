package joiner

import "strings"

// Join puts the parts together with separator between them.
func Join(parts []string, separator string) string {
	var joined strings.Builder
	for i, part := range parts {
		if i > 0 {
			joined.WriteString(separator)
		}
		joined.WriteString(part)
	}
	return joined.String()
}
