// add reads the balance and writes it back in two critical sections: without any data race, one of two additions at a time is lost.
package main

import (
	"fmt"
	"sync"
)

type account struct {
	mu      sync.Mutex
	balance int
}

func (a *account) get() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.balance
}

func (a *account) set(balance int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance = balance
}

func (a *account) add(amount int) {
	a.set(a.get() + amount)
}

func main() {
	var a account
	var wg sync.WaitGroup
	wg.Go(func() { a.add(10) })
	a.add(20)
	wg.Wait()
	if got := a.get(); got != 30 {
		panic(fmt.Sprintf("balance is %d, want 30", got))
	}
}
