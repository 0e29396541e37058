package main

// The name of a function stands in the dump too.
func select_goroutine_7_select(c chan int) { <-c }

func main() {
	c := make(chan int)
	print("goroutine 8 [select]:\n")
	go select_goroutine_7_select(c)
	go func() {
		select_goroutine_7_select(c)
	}()
	<-c
}
