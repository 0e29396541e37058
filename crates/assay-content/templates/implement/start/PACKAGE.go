// Package PACKAGE TODO(author): what it is for.
package PACKAGE

// TODO(author): the API of the contract, documented; its bodies compile and are not right yet.
