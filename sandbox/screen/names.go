package main

import (
	"go/ast"
	"go/token"
	"strings"
	"unicode"
)

// names refuses names that read as something else: reviewers judge what they see.
func (p *policy) names(f file, syntax *ast.File, at func(token.Pos) (int, int)) {
	ast.Inspect(syntax, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		line, column := at(id.Pos())
		switch id.Name {
		case "true", "false", "nil", "iota":
			if id.Obj != nil && id.Obj.Pos() == id.Pos() {
				p.refuse(f.Path, line, column, "%s is declared as something else: code must read as it runs", id.Name)
			}
			return true
		}
		if r := invisible(id.Name); r != 0 {
			p.refuse(f.Path, line, column, "invisible letter U+%04X in a name: code must read as it runs", r)
		} else if plain := skeleton(id.Name); plain != "" {
			p.refuse(f.Path, line, column, "the name %s reads as %s but is another: write it in ASCII", id.Name, plain)
		}
		return true
	})
}

// invisible gives a letter that shows nothing: the Hangul fillers are the ones that Go takes in names.
func invisible(name string) rune {
	for _, r := range name {
		switch r {
		case 0x115f, 0x1160, 0x3164, 0xffa0:
			return r
		}
	}
	return 0
}

// looksLike has the letters of other scripts that common fonts do not tell from one of ASCII (a part of Unicode's confusables.txt).
// Small Greek letters other than omicron are told apart, and are good names.
var looksLike = map[rune]rune{
	// Cyrillic
	0x0430: 'a', 0x0435: 'e', 0x043e: 'o', 0x0440: 'p', 0x0441: 'c', 0x0443: 'y', 0x0445: 'x', 0x0455: 's', 0x0456: 'i', 0x0458: 'j',
	0x04bb: 'h', 0x0475: 'v', 0x04cf: 'l', 0x0501: 'd', 0x051b: 'q', 0x051d: 'w',
	0x0405: 'S', 0x0406: 'I', 0x0408: 'J', 0x0410: 'A', 0x0412: 'B', 0x0415: 'E', 0x041a: 'K', 0x041c: 'M', 0x041d: 'H', 0x041e: 'O',
	0x0420: 'P', 0x0421: 'C', 0x0422: 'T', 0x0423: 'Y', 0x0425: 'X', 0x050c: 'G', 0x051a: 'Q', 0x051c: 'W',
	// Greek
	0x03bf: 'o', 0x0391: 'A', 0x0392: 'B', 0x0395: 'E', 0x0396: 'Z', 0x0397: 'H', 0x0399: 'I', 0x039a: 'K', 0x039c: 'M', 0x039d: 'N',
	0x039f: 'O', 0x03a1: 'P', 0x03a4: 'T', 0x03a5: 'Y', 0x03a7: 'X',
	// Armenian
	0x0578: 'n', 0x057d: 'u', 0x0570: 'h', 0x0581: 'g', 0x0584: 'p', 0x0585: 'o', 0x054d: 'U', 0x0555: 'O', 0x053c: 'L',
	// Latin beyond ASCII
	0x0131: 'i', 0x0251: 'a', 0x0261: 'g', 0x0269: 'i',
}

// skeleton gives the ASCII name that a name with other letters looks like, or "" when it looks like none.
func skeleton(name string) string {
	other := false
	var b strings.Builder
	for _, r := range name {
		plain, known := looksLike[r]
		switch {
		case r < unicode.MaxASCII:
			plain = r
		case known:
			other = true
		case r >= 0xff21 && r <= 0xff5a: // full width
			plain, other = r-0xff00+0x20, true
		case r >= 0x1d400 && r <= 0x1d6a3: // mathematical alphabets, 52 letters each
			plain, other = rune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[(r-0x1d400)%52]), true
		default:
			return ""
		}
		b.WriteRune(plain)
	}
	if !other {
		return ""
	}
	return b.String()
}
