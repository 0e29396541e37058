// Command mutate makes the mutants of a solution: copies of it with one small mistake each.
//
// Standard input holds one request, standard output one answer, both JSON. A mutant is made by replacing ranges of bytes of one
// file, so that comments and line numbers stay where they are. Whether it compiles is for the caller to find out: there are no
// types here.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

type request struct {
	Files []file `json:"files"`
}

type file struct {
	Path    string `json:"path"`
	Content string `json:"content"`
}

type answer struct {
	Mutants []mutant `json:"mutants"`
}

// mutant is one file with one mistake. File, function, operator and ordinal name it as long as its function stays as it is.
type mutant struct {
	Operator    string `json:"operator"`
	Concurrency bool   `json:"concurrency"`
	File        string `json:"file"`
	Function    string `json:"function"`
	Ordinal     int    `json:"ordinal"` // from 1, among those of the same operator in the function
	Line        int    `json:"line"`
	Before      string `json:"before"` // the lines that change, on one line
	After       string `json:"after"`
	Content     string `json:"content"` // the whole file
}

func main() {
	var r request
	if err := json.NewDecoder(os.Stdin).Decode(&r); err != nil {
		fmt.Fprintln(os.Stderr, "mutate: request:", err)
		os.Exit(2)
	}
	a := answer{Mutants: []mutant{}}
	for _, f := range r.Files {
		found, err := mutants(f)
		if err != nil {
			fmt.Fprintln(os.Stderr, "mutate:", err)
			os.Exit(2)
		}
		a.Mutants = append(a.Mutants, found...)
	}
	if err := json.NewEncoder(os.Stdout).Encode(a); err != nil {
		fmt.Fprintln(os.Stderr, "mutate: answer:", err)
		os.Exit(2)
	}
}
