package PACKAGE

// TODO(author): a program that looks as if it showed it, and does not.
func main() {}
