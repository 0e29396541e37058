package main

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strconv"
)

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// foreign refuses changes to variables of other packages. Tests and standard library share them with the submission: whoever makes
// context.DeadlineExceeded another error decides what errors.Is says about it.
func (p *policy) foreign(f file, syntax *ast.File, at func(token.Pos) (int, int)) {
	packages := importNames(syntax)
	check := func(e ast.Expr) {
		if name := variableOf(packages, e); name != "" {
			line, column := at(e.Pos())
			p.refuse(f.Path, line, column, "%s belongs to another package: it must not be changed, nor its address be taken", name)
		}
	}
	ast.Inspect(syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, e := range n.Lhs {
				check(e)
			}
		case *ast.IncDecStmt:
			check(n.X)
		case *ast.RangeStmt:
			check(n.Key)
			check(n.Value)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				check(n.X)
			}
		case *ast.CallExpr:
			if changes(n) {
				check(n.Args[0])
			}
		}
		return true
	})
}

// changes says whether a call is one of the built-in functions that write to their first argument.
func changes(call *ast.CallExpr) bool {
	fn, ok := call.Fun.(*ast.Ident)
	if !ok || fn.Obj != nil || len(call.Args) == 0 {
		return false
	}
	switch fn.Name {
	case "append", "clear", "copy", "delete":
		return true
	}
	return false
}

// importNames gives the names by which a file knows other packages.
func importNames(syntax *ast.File) map[string]bool {
	names := map[string]bool{}
	for _, spec := range syntax.Imports {
		names[importName(spec)] = true
	}
	return names
}

// importName gives the name that an import has in its file; of a package of the standard library the last part of its path that is no
// version.
func importName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	full, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return ""
	}
	base := path.Base(full)
	if majorVersion.MatchString(base) {
		base = path.Base(path.Dir(full))
	}
	return base
}

// variableOf gives `package.Name` when e is that variable, or a part of what it holds; else "".
func variableOf(packages map[string]bool, e ast.Expr) string {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.SelectorExpr:
			if id, ok := x.X.(*ast.Ident); ok && id.Obj == nil && packages[id.Name] {
				return id.Name + "." + x.Sel.Name
			}
			e = x.X
		default:
			return ""
		}
	}
}
