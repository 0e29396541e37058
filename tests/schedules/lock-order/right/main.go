// transfer locks the account of the lower number first: two transfers in opposite directions take the locks in one order.
package main

import (
	"fmt"
	"sync"
)

type account struct {
	mu      sync.Mutex
	id      int
	balance int
}

func transfer(from, to *account, amount int) {
	first, second := from, to
	if first.id > second.id {
		first, second = second, first
	}
	first.mu.Lock()
	defer first.mu.Unlock()
	second.mu.Lock()
	defer second.mu.Unlock()
	from.balance -= amount
	to.balance += amount
}

func main() {
	a, b := &account{id: 1, balance: 100}, &account{id: 2, balance: 100}
	var wg sync.WaitGroup
	wg.Go(func() { transfer(b, a, 5) })
	transfer(a, b, 30)
	wg.Wait()
	if a.balance != 75 || b.balance != 125 {
		panic(fmt.Sprintf("balances are %d and %d, want 75 and 125", a.balance, b.balance))
	}
}
