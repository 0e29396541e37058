package main

import (
	"bytes"
	"go/ast"
	"go/printer"
	"go/token"
	"strings"
)

// site is a place where a goroutine can block or wake another, with what stands there: one operation, or every case of a select.
type site struct {
	File       string   `json:"file"`
	Line       int      `json:"line"`
	Function   string   `json:"function"`
	Kind       string   `json:"kind"` // select, send, receive, lock, wait; close, unlock, done, signal
	Operations []string `json:"operations"`
	// Acts says of each operation what it does to what: "send jobs" of `p.jobs <- task`. Names are the last of their expression, which
	// is enough for a hint; "" where there is none.
	Acts []string `json:"acts"`
}

// calls are the methods that block or wake, by name, and the kinds of their sites.
var calls = map[string]string{
	"Lock": "lock", "RLock": "lock", "Unlock": "unlock", "RUnlock": "unlock",
	"Wait": "wait", "Done": "done", "Go": "done", "Signal": "signal", "Broadcast": "signal",
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
		add := func(n ast.Node, kind string, operations, acts []string) {
			if len(out) >= mostSites {
				return
			}
			out = append(out, site{f.Path, fset.PositionFor(n.Pos(), false).Line, fn.Name.Name, kind, operations, acts})
		}
		one := func(n ast.Node, kind, operation string, object ast.Expr) {
			add(n, kind, []string{operation}, []string{act(kind, object)})
		}
		inSelect := map[ast.Node]bool{}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if len(out) >= mostSites {
				return false
			}
			switch n := n.(type) {
			case *ast.SelectStmt:
				cases, acts := []string{}, []string{}
				for _, clause := range n.Body.List {
					clause, ok := clause.(*ast.CommClause)
					if !ok || clause.Comm == nil {
						continue
					}
					if len(cases) < mostOperations {
						cases, acts = append(cases, text(fset, clause.Comm)), append(acts, comm(clause.Comm))
					}
					ast.Inspect(clause.Comm, func(c ast.Node) bool { inSelect[c] = true; return true })
				}
				add(n, "select", cases, acts)
			case *ast.SendStmt:
				if !inSelect[n] {
					one(n, "send", text(fset, n), n.Chan)
				}
			case *ast.UnaryExpr:
				if n.Op == token.ARROW && !inSelect[n] {
					one(n, "receive", text(fset, n), n.X)
				}
			case *ast.RangeStmt:
				one(n, "receive", "range "+text(fset, n.X), n.X)
			case *ast.CallExpr:
				switch fun := n.Fun.(type) {
				case *ast.Ident:
					if fun.Name == "close" && len(n.Args) == 1 {
						one(n, "close", text(fset, n), n.Args[0])
					}
				case *ast.SelectorExpr:
					// With arguments it is another Lock or Wait; Go is given what Done comes after.
					if kind, known := calls[fun.Sel.Name]; known && (len(n.Args) == 0) == (fun.Sel.Name != "Go") {
						one(n, kind, text(fset, n), fun.X)
					}
				}
			}
			return true
		})
	}
	return out
}

// comm is what a case of a select does.
func comm(stmt ast.Stmt) string {
	what := ""
	ast.Inspect(stmt, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SendStmt:
			what = act("send", n.Chan)
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				what = act("receive", n.X)
			}
		}
		return what == ""
	})
	return what
}

// act is what is done to an object, by the last name of its expression.
func act(kind string, object ast.Expr) string {
	for {
		switch o := object.(type) {
		case *ast.Ident:
			return kind + " " + o.Name
		case *ast.SelectorExpr:
			return kind + " " + o.Sel.Name
		case *ast.IndexExpr:
			object = o.X
		case *ast.ParenExpr:
			object = o.X
		case *ast.StarExpr:
			object = o.X
		default:
			return ""
		}
	}
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
