package main

import "go/format"

// formatted returns the files as gofmt writes them; what it cannot read is left out and said in Unreadable.
func formatted(r request) answer {
	a := answer{Rejections: []finding{}, Unreadable: []finding{}, Sites: []site{}, Files: []file{}, Outline: []file{}}
	for _, f := range r.Files {
		out, err := format.Source([]byte(f.Content))
		if err != nil {
			a.Unreadable = append(a.Unreadable, unreadable(f, err)...)
			continue
		}
		a.Files = append(a.Files, file{f.Path, string(out)})
	}
	a.Unreadable = a.Unreadable[:min(len(a.Unreadable), mostFindings)]
	return a
}
