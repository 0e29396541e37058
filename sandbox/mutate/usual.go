package main

import (
	"go/ast"
	"go/token"
	"strings"
)

// swapped says which operator of the language another one is mistaken for, and the name of that mistake.
var swapped = map[token.Token]struct {
	by   token.Token
	name string
}{
	token.LSS:  {token.LEQ, "boundary"},
	token.LEQ:  {token.LSS, "boundary"},
	token.GTR:  {token.GEQ, "boundary"},
	token.GEQ:  {token.GTR, "boundary"},
	token.EQL:  {token.NEQ, "equality"},
	token.NEQ:  {token.EQL, "equality"},
	token.ADD:  {token.SUB, "arithmetic"},
	token.SUB:  {token.ADD, "arithmetic"},
	token.MUL:  {token.QUO, "arithmetic"},
	token.QUO:  {token.MUL, "arithmetic"},
	token.LAND: {token.LOR, "logic"},
	token.LOR:  {token.LAND, "logic"},
}

// usual are the operators that have nothing to do with concurrency, on expressions and on statements wherever they stand.
func (w *walk) usual(n ast.Node) {
	switch n := n.(type) {
	case *ast.IfStmt:
		w.add("negate-condition", w.replace(n.Cond, "!("+w.text(n.Cond)+")"))
	case *ast.ForStmt:
		if n.Cond != nil {
			w.add("negate-condition", w.replace(n.Cond, "!("+w.text(n.Cond)+")"))
		}
	case *ast.BinaryExpr:
		if s, ok := swapped[n.Op]; ok {
			w.add(s.name, w.between(n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), s.by.String()))
		}
	case *ast.IncDecStmt:
		by := map[token.Token]string{token.INC: "--", token.DEC: "++"}[n.Tok]
		w.add("arithmetic", w.between(n.TokPos, n.End(), by))
	case *ast.BasicLit:
		if n.Kind == token.INT {
			w.add("off-by-one", w.replace(n, "("+n.Value+" + 1)"))
		}
	case *ast.ReturnStmt:
		w.zeroReturn(n)
	}
}

// usualStatement drops a statement of a list.
func (w *walk) usualStatement(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		if s.Tok != token.DEFINE && w.text(s.Lhs[0]) != "_" {
			w.add("drop-statement", w.drop(s))
		}
	case *ast.IncDecStmt:
		w.add("drop-statement", w.drop(s))
	case *ast.ExprStmt:
		if call, ok := s.X.(*ast.CallExpr); ok && w.droppedAs(call) == "" && !isLocking(call) {
			w.add("drop-statement", w.drop(s))
		}
	case *ast.IfStmt:
		if s.Else == nil {
			w.add("drop-if", w.drop(s))
		}
	}
}

// zeroReturn returns nothing but zero values, and separately no error where there was one.
func (w *walk) zeroReturn(n *ast.ReturnStmt) {
	if len(w.results) == 0 || len(n.Results) == 0 {
		return
	}
	types := resultTypes(w.results[len(w.results)-1])
	last := len(types) - 1
	if last < 0 {
		return
	}
	isError := w.text(types[last]) == "error"
	if isError && len(n.Results) == len(types) && w.text(n.Results[last]) != "nil" {
		w.add("nil-error", w.replace(n.Results[last], "nil"))
	}
	if isError && last == 0 && len(n.Results) == 1 {
		return
	}
	from, to := n.Results[0].Pos(), n.Results[len(n.Results)-1].End()
	if !w.allZero(n.Results, types) {
		w.add("zero-return", w.between(from, to, w.zeros(types)))
	}
}

// allZero reports whether nothing but zero values is returned already.
func (w *walk) allZero(values, types []ast.Expr) bool {
	for i, v := range values {
		if len(values) != len(types) || w.text(v) != w.zero(types[i]) && w.text(v) != w.text(types[i])+"{}" {
			return false
		}
	}
	return true
}

// emptyBody lets a function return zero values at once.
func (w *walk) emptyBody(d *ast.FuncDecl) {
	if len(d.Body.List) == 0 || d.Name.Name == "main" || d.Name.Name == "init" {
		return
	}
	words := "return"
	if types := resultTypes(d.Type.Results); len(types) > 0 {
		words += " " + w.zeros(types)
	}
	w.add("return-early", w.between(d.Body.Lbrace+1, d.Body.Lbrace+1, " "+words+";"))
}

func resultTypes(fields *ast.FieldList) []ast.Expr {
	var types []ast.Expr
	if fields == nil {
		return nil
	}
	for _, f := range fields.List {
		for range max(1, len(f.Names)) {
			types = append(types, f.Type)
		}
	}
	return types
}

// zeros are the zero values of types, as written in a return statement.
func (w *walk) zeros(types []ast.Expr) string {
	var all []string
	for _, t := range types {
		all = append(all, w.zero(t))
	}
	return strings.Join(all, ", ")
}

func (w *walk) zero(t ast.Expr) string {
	switch text := w.text(t); text {
	case "error", "any":
		return "nil"
	case "bool":
		return "false"
	case "string":
		return `""`
	case "int", "int64", "uint64", "int32", "uint32", "byte", "float64", "time.Duration":
		return "0"
	default:
		switch t.(type) {
		case *ast.StarExpr, *ast.MapType, *ast.ChanType, *ast.FuncType, *ast.InterfaceType:
			return "nil"
		}
		return "*new(" + text + ")"
	}
}
