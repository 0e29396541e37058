package main

import (
	"cmp"
	"slices"
	"strings"
)

const (
	mostLanes = 200
	mostSpans = 40_000 // some 5 MB of JSON
	mostEdges = 10_000
	mostGC    = 200
)

// timeline is what goroutines did, times in nanoseconds from the start of the first test.
type timeline struct {
	Start int64    `json:"start_ns"`
	End   int64    `json:"end_ns"`
	Still int64    `json:"still_ns"` // when the last of what is shown changed its state
	Cut   bool     `json:"cut"`      // whether the trace ends before the run did
	Tests []marked `json:"tests"`
	Lanes []*lane  `json:"lanes"`
	GC    []period `json:"gc"`
	Edges []edge   `json:"edges"`
	Left  left     `json:"dropped"`
}

// left counts what there is no room for.
type left struct {
	Lanes int `json:"lanes"`
	Spans int `json:"spans"`
	Edges int `json:"edges"`
}

type marked struct {
	Name string `json:"name"`
	period
}

type period struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

type lane struct {
	Goroutine uint64 `json:"goroutine"`
	Name      string `json:"name"`
	Own       bool   `json:"own"`
	CreatedAt *place `json:"created_at"`
	CreatedBy uint64 `json:"created_by"` // 0 when it was there before
	Spans     []span `json:"spans"`

	meets bool // whether code of the candidate's was ever seen on it
	test  bool // whether a test runs on it
	alive bool // when the trace ended
}

type place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

type span struct {
	period
	State  string `json:"state"`  // running, runnable, waiting, syscall
	Reason string `json:"reason"` // of a wait, as the runtime names it
	At     *place `json:"at"`
}

// edge says that one goroutine made another runnable, or made it at all.
type edge struct {
	At   int64  `json:"at"`
	From uint64 `json:"from"`
	To   uint64 `json:"to"`
}

// thin leaves what a picture has room for.
func (t *timeline) thin() {
	t.thinLanes()
	t.thinSpans()
	shown := map[uint64]bool{}
	for _, l := range t.Lanes {
		shown[l.Goroutine] = true
		t.Still = max(t.Still, l.changed())
	}
	t.Edges = slices.DeleteFunc(t.Edges, func(e edge) bool { return !shown[e.From] || !shown[e.To] })
	// The end is where it went wrong.
	if n := len(t.Edges) - mostEdges; n > 0 {
		t.Edges, t.Left.Edges = t.Edges[n:], n
	}
	if n := len(t.GC) - mostGC; n > 0 {
		t.GC = t.GC[n:]
	}
	// JSON tells an empty list from none at all.
	t.Tests, t.GC, t.Edges = append([]marked{}, t.Tests...), append([]period{}, t.GC...), append([]edge{}, t.Edges...)
	t.Lanes = append([]*lane{}, t.Lanes...)
}

// thinLanes keeps tests that did not end, then what was there during the longest test; goroutines that began in the candidate's code
// before those that only came by it, those that never ended before those that did, long lives before short ones. It shows them in the
// order in which they came to be.
func (t *timeline) thinLanes() {
	focus := t.longest()
	slices.SortStableFunc(t.Lanes, func(a, b *lane) int {
		return cmp.Or(
			falseLast(a.test && a.alive, b.test && b.alive),
			falseLast(a.during(focus), b.during(focus)),
			falseLast(a.Own, b.Own),
			falseLast(a.meets, b.meets),
			falseLast(a.alive, b.alive),
			cmp.Compare(b.lasted(), a.lasted()),
		)
	})
	if n := len(t.Lanes) - mostLanes; n > 0 {
		for _, l := range t.Lanes[mostLanes:] {
			t.Left.Spans += len(l.Spans)
		}
		t.Lanes, t.Left.Lanes = t.Lanes[:mostLanes], n
	}
	slices.SortStableFunc(t.Lanes, func(a, b *lane) int {
		return cmp.Or(cmp.Compare(a.Spans[0].From, b.Spans[0].From), cmp.Compare(a.Goroutine, b.Goroutine))
	})
}

// longest is when the longest test ran.
func (t *timeline) longest() period {
	all := period{0, t.End}
	if len(t.Tests) == 0 {
		return all
	}
	return slices.MaxFunc(t.Tests, func(a, b marked) int { return cmp.Compare(a.To-a.From, b.To-b.From) }).period
}

func (l *lane) during(p period) bool {
	return l.Spans[0].From < p.To && l.Spans[len(l.Spans)-1].To > p.From
}

func falseLast(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func (l *lane) lasted() int64 {
	return l.Spans[len(l.Spans)-1].To - l.Spans[0].From
}

// changed is when its last span began, or ended with it.
func (l *lane) changed() int64 {
	last := l.Spans[len(l.Spans)-1]
	if l.alive {
		return last.From
	}
	return last.To
}

// thinSpans merges ever longer neighbours until all fit. A lane keeps at least one span, and its last if it never ended.
func (t *timeline) thinSpans() {
	before := 0
	for _, l := range t.Lanes {
		before += len(l.Spans)
		l.Spans = merged(l.Spans, 0, l.alive)
	}
	for short := int64(100); ; short *= 2 {
		now := 0
		for _, l := range t.Lanes {
			now += len(l.Spans)
		}
		if now <= mostSpans {
			t.Left.Spans += before - now
			return
		}
		for _, l := range t.Lanes {
			l.Spans = merged(l.Spans, short, l.alive)
		}
	}
}

// merged joins neighbours that say the same, and rows of spans shorter than short into one that says what most of the row was. With
// keepLast the last span, in which a goroutine still is, stays as it is.
func merged(spans []span, short int64, keepLast bool) []span {
	var out, row []span
	flush := func() {
		if len(row) > 0 {
			out = joined(out, summed(row))
			row = nil
		}
	}
	for i, s := range spans {
		if s.To-s.From >= short || keepLast && i == len(spans)-1 {
			flush()
			out = joined(out, s)
			continue
		}
		row = append(row, s)
		if row[len(row)-1].To-row[0].From >= short {
			flush()
		}
	}
	// What is left of a row at the end is too short to be seen.
	if len(row) > 0 && len(out) > 0 {
		out[len(out)-1].To = row[len(row)-1].To
		row = nil
	}
	flush()
	return out
}

// joined appends s, or lets the last span go on if it says the same.
func joined(spans []span, s span) []span {
	if n := len(spans); n > 0 && spans[n-1].alike(s) {
		spans[n-1].To = s.To
		return spans
	}
	return append(spans, s)
}

func (s span) alike(other span) bool {
	same := s.At == other.At || s.At != nil && other.At != nil && *s.At == *other.At
	return same && s.State == other.State && s.Reason == other.Reason
}

// summed is one span for a row of them: of what took the most time, how it was longest.
func summed(row []span) span {
	took := map[string]int64{}
	for _, s := range row {
		took[s.State+s.Reason] += s.To - s.From
	}
	longest := slices.MaxFunc(row, func(a, b span) int {
		return cmp.Or(
			cmp.Compare(took[a.State+a.Reason], took[b.State+b.Reason]),
			strings.Compare(a.State+a.Reason, b.State+b.Reason),
			cmp.Compare(a.To-a.From, b.To-b.From),
		)
	})
	longest.From, longest.To = row[0].From, row[len(row)-1].To
	return longest
}
