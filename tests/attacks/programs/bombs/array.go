package main

var huge = [1 << 30]int{1<<30 - 1: 1}

func main() { println(huge[0]) }
