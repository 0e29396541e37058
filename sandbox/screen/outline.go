package main

import (
	"go/ast"
	"go/format"
	"go/token"
	"slices"
	"strings"
)

// outline gives what a package that imports these files can depend on: every declaration but those of functions that only bodies can name,
// and no bodies. It stays the same, byte for byte, while only bodies, comments, layout and such functions change.
//
// There is none where more than declarations matters: an importer compiles the bodies of what has type parameters itself. Nor of very
// much text, which answers have no room for.
func outline(files []parsed) []file {
	out, size, named := []file{}, 0, names(files)
	for _, f := range files {
		text, ok := declarations(f.syntax, named)
		size += len(text)
		if !ok || size > mostOutline {
			return []file{}
		}
		out = append(out, file{f.Path, text})
	}
	return out
}

// mostOutline bounds an outline, bytes.
const mostOutline = 128 << 10

// names collects every name in the declarations that are no functions: what these may refer to is kept.
func names(files []parsed) map[string]bool {
	all := map[string]bool{}
	for _, f := range files {
		for _, decl := range f.syntax.Decls {
			if d, ok := decl.(*ast.GenDecl); ok {
				ast.Inspect(d, func(n ast.Node) bool {
					if id, ok := n.(*ast.Ident); ok {
						all[id.Name] = true
					}
					return true
				})
			}
		}
	}
	return all
}

// inner says whether a function can be named by bodies alone: no method, for they are part of their type, and not exported.
func inner(d *ast.FuncDecl, named map[string]bool) bool {
	return d.Recv == nil && !d.Name.IsExported() && d.Name.Name != "init" && !named[d.Name.Name]
}

func declarations(syntax *ast.File, named map[string]bool) (string, bool) {
	kept := &ast.File{Name: syntax.Name}
	used := map[string]bool{}
	for _, decl := range syntax.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Type.TypeParams != nil || d.Recv != nil && generic(d.Recv) {
				return "", false
			}
			if !inner(d, named) {
				kept.Decls = append(kept.Decls, bodiless(d))
			}
		case *ast.GenDecl:
			if d.Tok == token.IMPORT {
				continue
			}
			if slices.ContainsFunc(d.Specs, func(s ast.Spec) bool { t, ok := s.(*ast.TypeSpec); return ok && t.TypeParams != nil }) {
				return "", false
			}
			if named := withNames(d); len(named.Specs) > 0 {
				kept.Decls = append(kept.Decls, named)
			}
		default:
			return "", false
		}
	}
	for _, decl := range kept.Decls {
		packages(decl, used)
	}
	var b strings.Builder
	b.WriteString("package " + syntax.Name.Name + "\n")
	b.WriteString(imports(syntax, used))
	for _, decl := range kept.Decls {
		strip(decl)
		b.WriteString("\n")
		// Each declaration by itself, with an empty file set: where it stood says nothing.
		if format.Node(&b, token.NewFileSet(), decl) != nil {
			return "", false
		}
		b.WriteString("\n")
	}
	return b.String(), true
}

// withNames leaves out what nobody can refer to: `var _ io.Reader = (*reader)(nil)`.
func withNames(d *ast.GenDecl) *ast.GenDecl {
	named := *d
	named.Specs = slices.DeleteFunc(slices.Clone(d.Specs), func(s ast.Spec) bool {
		v, ok := s.(*ast.ValueSpec)
		return ok && d.Tok == token.VAR && !slices.ContainsFunc(v.Names, func(n *ast.Ident) bool { return n.Name != "_" })
	})
	return &named
}

// bodiless is the declaration alone. Whether a package has something to do at its start can be seen by who imports it, so an init
// function stays one.
func bodiless(d *ast.FuncDecl) *ast.FuncDecl {
	bare := &ast.FuncDecl{Recv: d.Recv, Name: d.Name, Type: d.Type}
	if d.Recv == nil && d.Name.Name == "init" && d.Body != nil {
		bare.Body = &ast.BlockStmt{}
		if len(d.Body.List) > 0 {
			bare.Body.List = []ast.Stmt{&ast.ExprStmt{X: &ast.CallExpr{Fun: ast.NewIdent("println")}}}
		}
	}
	return bare
}

// generic says whether a receiver's type has parameters.
func generic(receiver *ast.FieldList) bool {
	found := false
	ast.Inspect(receiver, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.IndexExpr, *ast.IndexListExpr:
			found = true
		}
		return !found
	})
	return found
}

// packages collects the names before a dot that no declaration of the file explains.
func packages(decl ast.Decl, used map[string]bool) {
	ast.Inspect(decl, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := s.X.(*ast.Ident); ok && id.Obj == nil {
				used[id.Name] = true
			}
		}
		return true
	})
}

// imports keeps those that are used: others would not compile, and change when bodies do.
func imports(syntax *ast.File, used map[string]bool) string {
	var lines []string
	for _, spec := range syntax.Imports {
		if name := importName(spec); used[name] {
			lines = append(lines, "import "+name+" "+spec.Path.Value+"\n")
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// strip takes comments out.
func strip(node ast.Node) {
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			n.Doc = nil
		case *ast.TypeSpec:
			n.Doc, n.Comment = nil, nil
		case *ast.ValueSpec:
			n.Doc, n.Comment = nil, nil
		case *ast.Field:
			n.Doc, n.Comment = nil, nil
		}
		return true
	})
}
