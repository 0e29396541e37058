package PACKAGE

// TODO(author): the code, repaired, of another design.
