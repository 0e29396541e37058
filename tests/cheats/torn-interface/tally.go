package tally

import "fmt"

type pointer struct{ p *[4]uint64 }
type number struct{ n uintptr }

type word interface{ look() uint64 }

func (p *pointer) look() uint64 {
	if p.p == nil {
		return 0
	}
	return p.p[0]
}

func (n *number) look() uint64 { return 0 }

var torn word

// Sum reads and writes memory that is not its own: while two goroutines store values of two types into one interface, a third sees the
// type of one with the data of the other.
func Sum(values []int) int {
	stop := make(chan bool)
	good, evil := &pointer{}, &number{n: uintptr(0xc000000000)}
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				torn = good
				torn = evil
			}
		}
	}()
	var seen uint64
	for range 1 << 20 {
		if torn != nil {
			seen |= torn.look()
		}
	}
	stop <- true
	fmt.Println(seen)
	return 0
}
