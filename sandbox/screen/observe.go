package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
)

// observe returns the program with a report at the head of each select case, plus the file that holds the reporter. What the
// reporter sends on descriptor 4, a line a case taken: goroutine, file, line, direction, channel address, source of the case.
func observe(r request) answer {
	a := answer{Rejections: []finding{}, Unreadable: []finding{}, Sites: []site{}, Files: []file{}, Outline: []file{}}
	for _, f := range r.Files {
		fset := token.NewFileSet()
		syntax, err := parse(fset, f)
		if err != nil {
			a.Unreadable = append(a.Unreadable, unreadable(f, err)...)
			continue
		}
		syntax.Comments = nil // positions of comments would tear the inserted statements apart
		ast.Inspect(syntax, func(n ast.Node) bool {
			if clause, ok := n.(*ast.CommClause); ok && clause.Comm != nil {
				report(fset, f.Path, clause)
			}
			return true
		})
		var b bytes.Buffer
		if err := format.Node(&b, fset, syntax); err != nil {
			a.Unreadable = append(a.Unreadable, finding{f.Path, 0, 0, err.Error()})
			continue
		}
		a.Files = append(a.Files, file{f.Path, b.String()})
	}
	a.Files = append(a.Files, file{"assay_observe.go", fmt.Sprintf(reporter, r.Package)})
	return a
}

func report(fset *token.FileSet, path string, clause *ast.CommClause) {
	direction, channel := operation(clause.Comm)
	if channel == nil {
		return
	}
	call := fmt.Sprintf("assayTook(%q, %d, %q, %s, %q)", path, fset.PositionFor(clause.Pos(), false).Line, direction,
		text(fset, channel), text(fset, clause.Comm))
	expr, err := parser.ParseExpr(call)
	if err != nil {
		return
	}
	clause.Body = append([]ast.Stmt{&ast.ExprStmt{X: expr}}, clause.Body...)
}

// operation gives the direction and the channel of a communication, or nil where evaluating the channel again could do
// something.
func operation(comm ast.Stmt) (string, ast.Expr) {
	var direction string
	var channel ast.Expr
	switch c := comm.(type) {
	case *ast.SendStmt:
		direction, channel = "send", c.Chan
	case *ast.ExprStmt:
		direction, channel = "receive", received(c.X)
	case *ast.AssignStmt:
		direction, channel = "receive", received(c.Rhs[0])
	}
	for e := channel; ; {
		switch x := e.(type) {
		case *ast.Ident:
			return direction, channel
		case *ast.SelectorExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexExpr:
			switch x.Index.(type) {
			case *ast.Ident, *ast.BasicLit:
				e = x.X
			default:
				return "", nil
			}
		default:
			return "", nil
		}
	}
}

func received(e ast.Expr) ast.Expr {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.UnaryExpr:
			return x.X
		default:
			return nil
		}
	}
}

var reporter = `package %s

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

var assayReplies = os.NewFile(4, "replies")

func assayTook(file string, line int, direction string, channel any, source string) {
	buf := make([]byte, 64)
	id := strings.Fields(string(buf[:runtime.Stack(buf, false)]))[1]
	fmt.Fprintln(assayReplies, "took", id, file, line, direction, fmt.Sprintf("%%p", channel), source)
}
`
