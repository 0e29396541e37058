package main

import "fmt"

const report = `==================
WARNING: DATA RACE
Write at 0x00c000012345 by goroutine 8:
  main.main.func2()
      submission/main.go:16 +0x33

Previous write at 0x00c000012345 by goroutine 7:
  main.main.func1()
      submission/main.go:15 +0x33

Goroutine 8 (running) created at:
  main.main()
      submission/main.go:16 +0x124

Goroutine 7 (finished) created at:
  main.main()
      submission/main.go:15 +0xa4
==================
Found 1 data race(s)
`

func main() {
	print(report)
	fmt.Println("answer", 42)
}
