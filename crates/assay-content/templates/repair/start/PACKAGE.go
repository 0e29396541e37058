// Package PACKAGE TODO(author): what it is for.
package PACKAGE

// TODO(author): the code with the bug in it, as a reviewer would meet it. It compiles.
