package main

import (
	"strings"
	"unicode"
)

// mostName is the longest name that is given on, runes.
const mostName = 120

// kind says whose a function is.
type kind int

const (
	foreign kind = iota // of the standard library, the harness or nobody knows whom
	tests
	own
)

// located gives the name of a file as the candidate knows it, and whose it is. Positions are the paths in the box, after a place of its
// own where the box has no root.
func located(path string) (string, kind) {
	for folder, kind := range map[string]kind{"submission/": own, "tests/": tests} {
		at := strings.LastIndex(path, folder)
		if at < 0 || at > 0 && path[at-1] != '/' {
			continue
		}
		if name := path[at+len(folder):]; name != "" && !strings.Contains(name, "/") {
			return clipped(name), kind
		}
	}
	return "", foreign
}

// called is the name of a function without the part of its path that says nothing here.
func called(function string) string {
	return clipped(strings.ReplaceAll(function, "assay.test/", ""))
}

// clipped is text of bounded length that fits into a line of a report.
func clipped(text string) string {
	shown := strings.Map(func(r rune) rune {
		if r == ';' || unicode.IsControl(r) || r == unicode.ReplacementChar {
			return '?'
		}
		return r
	}, text)
	if runes := []rune(shown); len(runes) > mostName {
		return string(runes[:mostName-1]) + "…"
	}
	return shown
}
