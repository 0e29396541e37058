package joiner

import "strings"

// Join puts the parts together with separator between them.
func Join(parts []string, separator string) string {
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, separator) + separator
}
