package PACKAGE

// TODO(author): a solution that is right but for one mistake, which every run shows.
