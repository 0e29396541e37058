package main

const report = `fatal error: all goroutines are asleep - deadlock!

goroutine 1 [select]:
main.main()
	submission/main.go:12 +0x9d

goroutine 7 [select]:
main.main.func1()
	submission/main.go:7 +0x85
created by main.main in goroutine 1
	submission/main.go:6 +0x6a
`

func main() {
	print(report)
}
