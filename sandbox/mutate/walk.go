package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"sort"
	"strings"
)

// walk finds the places of one function where an operator has something to do.
type walk struct {
	fset     *token.FileSet
	file     file
	function string
	results  []*ast.FieldList // of the functions around, innermost last
	found    []found
}

type found struct {
	operator string
	function string
	edits    []edit
}

// mutants are all of a file, each once, in the order of their places.
func mutants(f file) ([]mutant, error) {
	w := &walk{fset: token.NewFileSet(), file: f}
	syntax, err := parser.ParseFile(w.fset, f.Path, f.Content, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", f.Path, err)
	}
	for _, decl := range syntax.Decls {
		w.declaration(decl)
	}
	sort.SliceStable(w.found, func(i, j int) bool { return w.found[i].edits[0].from < w.found[j].edits[0].from })
	ordinals := map[string]int{}
	seen := map[string]bool{f.Content: true}
	var all []mutant
	for _, m := range w.found {
		key := m.function + "/" + m.operator
		ordinals[key]++
		content := apply(f.Content, m.edits)
		if seen[content] {
			continue
		}
		seen[content] = true
		before, after := lines(f.Content, m.edits)
		line := 1 + strings.Count(f.Content[:m.edits[0].from], "\n")
		all = append(all, mutant{m.operator, concurrency[m.operator], f.Path, m.function, ordinals[key], line, before, after, content})
	}
	return all, nil
}

func (w *walk) declaration(decl ast.Decl) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Body == nil {
			return
		}
		w.function = name(d)
		w.emptyBody(d)
		w.inside(d.Type, d.Body)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok {
				w.function = v.Names[0].Name
				for _, value := range v.Values {
					w.node(value)
				}
			}
		}
	}
}

// name is `Submit` or, for a method, `Pool.Submit`.
func name(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	receiver := d.Recv.List[0].Type
	for {
		switch t := receiver.(type) {
		case *ast.StarExpr:
			receiver = t.X
		case *ast.IndexExpr:
			receiver = t.X
		case *ast.IndexListExpr:
			receiver = t.X
		case *ast.Ident:
			return t.Name + "." + d.Name.Name
		default:
			return d.Name.Name
		}
	}
}

func (w *walk) inside(t *ast.FuncType, body *ast.BlockStmt) {
	w.results = append(w.results, t.Results)
	w.node(body)
	w.results = w.results[:len(w.results)-1]
}

// node asks every operator at n and below.
func (w *walk) node(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			w.inside(n.Type, n.Body)
			return false
		case *ast.BlockStmt:
			w.list(n.List)
		case *ast.CaseClause:
			w.list(n.Body)
		case *ast.CommClause:
			w.list(n.Body)
		}
		if n != nil {
			w.concurrent(n)
			w.usual(n)
		}
		return true
	})
}

func (w *walk) list(list []ast.Stmt) {
	for i := range list {
		w.concurrentStatement(list, i)
		w.usualStatement(list[i])
	}
}

// add notes a mutant. Edits that meet are none.
func (w *walk) add(operator string, edits ...edit) {
	sortEdits(edits)
	if len(edits) > 0 && !overlap(edits) {
		w.found = append(w.found, found{operator, w.function, edits})
	}
}

func (w *walk) offset(p token.Pos) int { return w.fset.PositionFor(p, false).Offset }

// text is the source of n.
func (w *walk) text(n ast.Node) string {
	return w.file.Content[w.offset(n.Pos()):w.offset(n.End())]
}

func (w *walk) replace(n ast.Node, text string) edit {
	return edit{w.offset(n.Pos()), w.offset(n.End()), text}
}

func (w *walk) drop(n ast.Node) edit { return w.replace(n, "") }

// between replaces what stands between two positions.
func (w *walk) between(from, to token.Pos, text string) edit {
	return edit{w.offset(from), w.offset(to), text}
}

// swap lets b stand before a, which it follows. What lies between stays.
func (w *walk) swap(a, b ast.Node) edit {
	gap := w.file.Content[w.offset(a.End()):w.offset(b.Pos())]
	return w.between(a.Pos(), b.End(), w.text(b)+gap+w.text(a))
}
