package tally

const dump = "SIGQUIT: quit\nPC=0x1 m=0 sigcode=0\n\ngoroutine 7 [sync.Mutex.Lock]:\nassay.test/tally.Sum()\n\tsubmission/tally.go:1 +0x1c\n\n"

var spin int

// Sum is busy for ever, and prints the dump of a deadlock.
func Sum(values []int) int {
	print(dump)
	for {
		spin++
	}
}
