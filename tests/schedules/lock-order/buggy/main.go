// transfer locks the accounts in the order of its arguments: two transfers in opposite directions wait for each other for ever.
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
	from.mu.Lock()
	defer from.mu.Unlock()
	to.mu.Lock()
	defer to.mu.Unlock()
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
