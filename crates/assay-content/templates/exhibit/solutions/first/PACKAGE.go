package PACKAGE

// TODO(author): a program that shows it.
func main() {}
