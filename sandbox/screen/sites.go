package main

import (
	"bytes"
	"go/ast"
	"go/printer"
	"go/token"
	"strings"
)

// site is a place where a goroutine can block, with what stands there: one operation, or every case of a select.
type site struct {
	File       string   `json:"file"`
	Line       int      `json:"line"`
	Function   string   `json:"function"`
	Kind       string   `json:"kind"` // select, send, receive, lock, wait
	Operations []string `json:"operations"`
}

const (
	// mostSites bounds the answer; 256 KiB can hold 60,000 receives.
	mostSites = 2000
	// mostOperations bounds one select.
	mostOperations = 50
)

func sites(fset *token.FileSet, f file, syntax *ast.File) []site {
	var out []site
	for _, decl := range syntax.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		add := func(n ast.Node, kind string, operations ...string) {
			if len(out) >= mostSites {
				return
			}
			out = append(out, site{f.Path, fset.PositionFor(n.Pos(), false).Line, fn.Name.Name, kind, append([]string{}, operations...)})
		}
		inSelect := map[ast.Node]bool{}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if len(out) >= mostSites {
				return false
			}
			switch n := n.(type) {
			case *ast.SelectStmt:
				var cases []string
				for _, clause := range n.Body.List {
					clause, ok := clause.(*ast.CommClause)
					if !ok || clause.Comm == nil {
						continue
					}
					if len(cases) < mostOperations {
						cases = append(cases, text(fset, clause.Comm))
					}
					ast.Inspect(clause.Comm, func(c ast.Node) bool { inSelect[c] = true; return true })
				}
				add(n, "select", cases...)
			case *ast.SendStmt:
				if !inSelect[n] {
					add(n, "send", text(fset, n))
				}
			case *ast.UnaryExpr:
				if n.Op == token.ARROW && !inSelect[n] {
					add(n, "receive", text(fset, n))
				}
			case *ast.RangeStmt:
				add(n, "receive", "range "+text(fset, n.X))
			case *ast.CallExpr:
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok {
					switch sel.Sel.Name {
					case "Lock", "RLock":
						add(n, "lock", text(fset, n))
					case "Wait":
						add(n, "wait", text(fset, n))
					}
				}
			}
			return true
		})
	}
	return out
}

// text is the source of n on one line, at most 80 bytes of it.
func text(fset *token.FileSet, n ast.Node) string {
	if n.End()-n.Pos() > 4096 {
		return "…" // printing each of many that nest in each other takes for ever
	}
	var b bytes.Buffer
	if err := printer.Fprint(&b, fset, n); err != nil {
		return ""
	}
	line := strings.Join(strings.Fields(b.String()), " ")
	if len(line) > 80 {
		line = strings.ToValidUTF8(line[:77], "") + "..."
	}
	return line
}
