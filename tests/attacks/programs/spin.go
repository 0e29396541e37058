package main

func main() {
	for range 4 {
		go func() {
			for {
			}
		}()
	}
	select {}
}
