package PACKAGE

// TODO(author): a repair that falls short in one thing, which every run shows.
