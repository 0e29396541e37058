package joiner

import (
	"strings"
	"sync"
)

var (
	mu   sync.Mutex
	slab strings.Builder
)

// Join cuts its answers out of memory that it took once.
func Join(parts []string, separator string) string {
	mu.Lock()
	defer mu.Unlock()
	if slab.Cap()-slab.Len() < 1<<20 {
		slab = strings.Builder{}
		slab.Grow(64 << 20)
	}
	from := slab.Len()
	for i, part := range parts {
		if i > 0 {
			slab.WriteString(separator)
		}
		slab.WriteString(part)
	}
	return slab.String()[from:]
}
