package PACKAGE

// TODO(author): the code, repaired.
