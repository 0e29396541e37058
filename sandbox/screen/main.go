// Command screen reads a submission before anything is built.
//
// Standard input holds one request, standard output one answer, both JSON. `screen` judges the files against the policy, lists
// the places where a goroutine can block, and gives the outline of the package; `observe` rewrites the files of a program so that
// each chosen select case is reported; `format` writes the files as gofmt does.
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"strings"
)

type request struct {
	Do      string   `json:"do"` // screen, observe or format
	Package string   `json:"package"`
	Allow   []string `json:"allow"`
	Files   []file   `json:"files"`
}

type file struct {
	Path    string `json:"path"`
	Content string `json:"content"`
}

type answer struct {
	Rejections []finding `json:"rejections"`
	Unreadable []finding `json:"unreadable"` // what go/parser could not read; the compiler says it better
	Sites      []site    `json:"sites"`
	Files      []file    `json:"files"`
	Outline    []file    `json:"outline"`
}

type finding struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Reason string `json:"reason"`
}

type parsed struct {
	file
	syntax *ast.File
}

func main() {
	var r request
	if err := json.NewDecoder(os.Stdin).Decode(&r); err != nil {
		fmt.Fprintln(os.Stderr, "screen: request:", err)
		os.Exit(2)
	}
	var a answer
	switch r.Do {
	case "screen":
		a = screen(r)
	case "observe":
		a = observe(r)
	case "format":
		a = formatted(r)
	default:
		fmt.Fprintf(os.Stderr, "screen: unknown request %q\n", r.Do)
		os.Exit(2)
	}
	if err := json.NewEncoder(os.Stdout).Encode(a); err != nil {
		fmt.Fprintln(os.Stderr, "screen: answer:", err)
		os.Exit(2)
	}
}

func screen(r request) answer {
	a := answer{Rejections: []finding{}, Unreadable: []finding{}, Sites: []site{}, Files: []file{}, Outline: []file{}}
	policy := newPolicy(r)
	fset := token.NewFileSet()
	var readable []parsed
	for _, f := range r.Files {
		policy.file(f)
		syntax, err := parse(fset, f)
		if err != nil {
			a.Unreadable = append(a.Unreadable, unreadable(f, err)...)
		}
		if syntax == nil {
			continue
		}
		policy.syntax(fset, f, syntax)
		a.Sites = append(a.Sites, sites(fset, f, syntax)...)
		readable = append(readable, parsed{f, syntax})
	}
	if len(a.Unreadable) == 0 {
		a.Outline = outline(readable)
	}
	a.Unreadable = a.Unreadable[:min(len(a.Unreadable), mostFindings)]
	a.Sites = a.Sites[:min(len(a.Sites), mostSites)]
	a.Rejections = append(a.Rejections, policy.findings...)
	return a
}

// parse resolves names within the file too: whether `x.Y` means a package hangs on whether x was declared there.
func parse(fset *token.FileSet, f file) (*ast.File, error) {
	return parser.ParseFile(fset, f.Path, f.Content, parser.ParseComments|parser.AllErrors)
}

func unreadable(f file, err error) []finding {
	var out []finding
	if list, ok := err.(scanner.ErrorList); ok {
		for _, e := range list {
			out = append(out, finding{f.Path, e.Pos.Line, e.Pos.Column, e.Msg})
		}
		return out
	}
	return []finding{{f.Path, 0, 0, strings.TrimSpace(err.Error())}}
}
