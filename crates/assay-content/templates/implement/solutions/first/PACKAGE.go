package PACKAGE

// TODO(author): a right solution.
