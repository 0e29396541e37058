package PACKAGE

// TODO(author): a right solution, of another design.
