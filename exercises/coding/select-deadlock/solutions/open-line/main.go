package main

import "fmt"

type ledger struct {
	debit, credit chan int
	closed        chan struct{}
}

func (l *ledger) post(to chan<- int, amount int) {
	select {
	case to <- amount:
	case <-l.closed:
	}
}

func main() {
	l := &ledger{debit: make(chan int), credit: make(chan int), closed: make(chan struct{})}
	fmt.Print("posting…")
	print("posting…")
	go l.post(l.debit, 100)
	l.post(l.credit, 100)
}
