package main

func main() {
	go func() { select {} }()
	go func() { select {} }()
	select {}
}
