package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// policy collects what the rules refuse. The rules hold for the text as it stands, so that nothing the compiler would
// read differently from go/parser slips through: directives are looked for in comments and, where a file does not parse, line by
// line.
type policy struct {
	pkg      string
	allow    map[string]bool
	findings []finding
}

// mostFindings bounds the answer: a file can hold a forbidden character 80,000 times.
const mostFindings = 100

func newPolicy(r request) *policy {
	p := &policy{pkg: r.Package, allow: map[string]bool{}}
	for _, path := range r.Allow {
		p.allow[path] = true
	}
	return p
}

func (p *policy) refuse(file string, line, column int, format string, args ...any) {
	if len(p.findings) < mostFindings {
		p.findings = append(p.findings, finding{file, line, column, fmt.Sprintf(format, args...)})
	}
}

var (
	flatName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,60}\.go$`)
	// A trailing _GOOS, _GOARCH or _test makes the go command leave the file out or treat it apart. Every known one is
	// listed in internal/syslist of the toolchain; these are they.
	constrained = regexp.MustCompile(`_(test|aix|android|darwin|dragonfly|freebsd|hurd|illumos|ios|js|linux|nacl|netbsd|openbsd|plan9|solaris|wasip1|windows|zos|unix|386|amd64|amd64p32|arm|armbe|arm64|arm64be|loong64|mips|mipsle|mips64|mips64le|mips64p32|mips64p32le|ppc|ppc64|ppc64le|riscv|riscv64|s390|s390x|sparc|sparc64|wasm)\.go$`)
)

// file checks what needs no syntax: the name, the encoding, invisible characters.
func (p *policy) file(f file) {
	switch {
	case !flatName.MatchString(f.Path):
		p.refuse(f.Path, 0, 0, "file name %q: use lower-case letters, digits and _, ending in .go", f.Path)
	case constrained.MatchString(f.Path):
		p.refuse(f.Path, 0, 0, "file name %q: the ending is a build constraint (or marks a test); rename the file", f.Path)
	}
	if !utf8.ValidString(f.Content) {
		p.refuse(f.Path, 0, 0, "the file is not UTF-8")
		return
	}
	for number, line := range strings.Split(f.Content, "\n") {
		for column, r := range line {
			switch {
			case r == 0:
				p.refuse(f.Path, number+1, column+1, "NUL byte")
			case r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f || r == 0x061c:
				p.refuse(f.Path, number+1, column+1, "invisible bidirectional control U+%04X: code must read as it runs", r)
			case r == 0xfeff && (number > 0 || column > 0):
				p.refuse(f.Path, number+1, column+1, "byte order mark inside the file")
			case r == '\r' && column != len(line)-1:
				p.refuse(f.Path, number+1, column+1, "carriage return inside a line")
			}
		}
	}
}

func (p *policy) syntax(fset *token.FileSet, f file, syntax *ast.File) {
	at := func(pos token.Pos) (int, int) {
		where := fset.PositionFor(pos, false) // false: a line directive must not move the finding
		return where.Line, where.Column
	}
	if name := syntax.Name; name != nil && name.Name != p.pkg && name.Name != "_" {
		line, column := at(name.Pos())
		p.refuse(f.Path, line, column, "package %s: this exercise is package %s", name.Name, p.pkg)
	}
	for _, spec := range syntax.Imports {
		p.imported(f, spec, at)
	}
	for _, group := range syntax.Comments {
		for _, c := range group.List {
			if why := directive(c.Text); why != "" {
				line, column := at(c.Pos())
				p.refuse(f.Path, line, column, "%s", why)
			}
		}
	}
	for _, decl := range syntax.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body == nil {
			line, column := at(fn.Pos())
			p.refuse(f.Path, line, column, "function %s has no body: it could only come from assembly or a link name", fn.Name.Name)
		}
	}
	p.foreign(f, syntax, at)
	p.names(f, syntax, at)
}

func (p *policy) imported(f file, spec *ast.ImportSpec, at func(token.Pos) (int, int)) {
	line, column := at(spec.Pos())
	path, err := strconv.Unquote(spec.Path.Value)
	switch {
	case err != nil:
		p.refuse(f.Path, line, column, "import %s cannot be read", spec.Path.Value)
	case path == "C":
		p.refuse(f.Path, line, column, `import "C": cgo is not allowed`)
	case !p.allow[path]:
		p.refuse(f.Path, line, column, "import %q is not allowed here; allowed: %s", path, strings.Join(p.allowed(), " "))
	case spec.Name != nil && spec.Name.Name == ".":
		p.refuse(f.Path, line, column, "dot import of %q is not allowed", path)
	}
}

func (p *policy) allowed() []string {
	var list []string
	for path := range p.allow {
		list = append(list, path)
	}
	slices.Sort(list)
	return list
}

// directive says why a comment is one the tools would act on, or "" for an ordinary comment.
func directive(text string) string {
	body := strings.TrimPrefix(text, "//")
	switch {
	case strings.HasPrefix(text, "//go:"):
		return fmt.Sprintf("directive %s is not allowed", strings.Fields(text)[0])
	case strings.HasPrefix(text, "//line ") || strings.HasPrefix(text, "//line\t") || strings.HasPrefix(text, "/*line "):
		return "line directives are not allowed: findings must point at your own lines"
	case strings.HasPrefix(text, "//export ") || strings.HasPrefix(text, "//extern ") || strings.HasPrefix(text, "//cgo"):
		return fmt.Sprintf("directive %s is not allowed", strings.Fields(text)[0])
	case strings.HasPrefix(text, "//") && strings.HasPrefix(strings.TrimSpace(body), "+build"):
		return "build constraints are not allowed"
	}
	return ""
}
