package main

func main() {
	a, b := make(chan int), make(chan int)
	for {
		go func() {
			var held [16 << 10]byte
			select {
			case <-a:
			case <-b:
			}
			held[len(held)-1]++
			_ = held
		}()
	}
}
