package main

// TODO(author): a program that comes near to the phenomenon and does not show it.
func main() {}
