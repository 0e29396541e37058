package main

import (
	"bytes"
	"fmt"
	"sync"
)

func main() {
	shared := bytes.NewBufferString("42")
	inner := shared.Bytes()
	digits := make(chan byte, 1)
	var both sync.WaitGroup
	both.Go(func() {
		shared.Reset()
		if err := shared.WriteByte('4'); err != nil {
			panic(err)
		}
	})
	both.Go(func() { digits <- inner[0] })
	both.Wait()
	fmt.Printf("answer %c%c\n", <-digits, inner[1])
}
