package main

import (
	"sort"
	"strings"
)

// edit replaces the bytes [from, to) of a file.
type edit struct {
	from, to int
	text     string
}

// apply makes all edits, which do not overlap.
func apply(text string, edits []edit) string {
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.WriteString(text[at:e.from])
		b.WriteString(e.text)
		at = e.to
	}
	b.WriteString(text[at:])
	return b.String()
}

// overlap reports whether sorted edits touch the same bytes.
func overlap(edits []edit) bool {
	for i := 1; i < len(edits); i++ {
		if edits[i].from < edits[i-1].to {
			return true
		}
	}
	return false
}

func sortEdits(edits []edit) {
	sort.SliceStable(edits, func(i, j int) bool { return edits[i].from < edits[j].from })
}

// lines shows what the edits change: the lines they touch before and after, places that lie apart joined by an ellipsis.
func lines(text string, edits []edit) (before, after string) {
	var was, is []string
	for i := 0; i < len(edits); {
		from := strings.LastIndexByte(text[:edits[i].from], '\n') + 1
		end := lineEnd(text, edits[i].to)
		j := i + 1
		for j < len(edits) && strings.LastIndexByte(text[:edits[j].from], '\n') <= end {
			end = lineEnd(text, edits[j].to)
			j++
		}
		var here []edit
		for _, e := range edits[i:j] {
			here = append(here, edit{e.from - from, e.to - from, e.text})
		}
		was = append(was, oneLine(text[from:end]))
		is = append(is, oneLine(apply(text[from:end], here)))
		i = j
	}
	return join(was), join(is)
}

func lineEnd(text string, at int) int {
	if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
		return at + n
	}
	return len(text)
}

// mostShown bounds what is shown of a place, in bytes.
const mostShown = 160

func oneLine(text string) string {
	line := strings.Join(strings.Fields(text), " ")
	if len(line) > mostShown {
		line = strings.ToValidUTF8(line[:mostShown-3], "") + "..."
	}
	return line
}

func join(places []string) string {
	var kept []string
	for _, p := range places {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " … ")
}
