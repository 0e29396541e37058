package main

func main() {
	x, done := 0, make(chan bool)
	go func() {
		x++
		close(done)
	}()
	x++
	<-done
}
