package PACKAGE

// TODO(author): a program that shows it, of another design.
func main() {}
