// Ignores every signal and waits.
package main

import (
	"os/signal"
	"time"
)

func main() {
	signal.Ignore()
	time.Sleep(time.Hour)
}
