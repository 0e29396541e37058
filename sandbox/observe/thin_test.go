package main

import (
	"fmt"
	"testing"
)

func wait(from, to int64) span {
	return span{period{from, to}, "waiting", "chan send", &place{"pool.go", 7}}
}

func run(from, to int64) span {
	return span{period: period{from, to}, State: "running"}
}

func shown(spans []span) string {
	text := ""
	for _, s := range spans {
		text += fmt.Sprintf("%c%d-%d ", s.State[0], s.From, s.To)
	}
	return text
}

func TestMerged(t *testing.T) {
	for name, test := range map[string]struct {
		spans    []span
		short    int64
		keepLast bool
		want     string
	}{
		"equal neighbours":               {[]span{run(0, 5), run(5, 9), wait(9, 10)}, 0, false, "r0-9 w9-10 "},
		"another place is another span":  {[]span{{period{0, 5}, "waiting", "chan send", nil}, wait(5, 9)}, 0, false, "w0-5 w5-9 "},
		"a row is what most of it was":   {[]span{run(0, 3), wait(3, 4), run(4, 7), wait(7, 107)}, 7, false, "r0-7 w7-107 "},
		"long ones stay":                 {[]span{run(0, 50), wait(50, 100)}, 10, false, "r0-50 w50-100 "},
		"what is short at the end fades": {[]span{run(0, 50), wait(50, 52)}, 10, false, "r0-52 "},
		"but not where it never ended":   {[]span{run(0, 50), wait(50, 52)}, 10, true, "r0-50 w50-52 "},
		"all is short":                   {[]span{run(0, 2), wait(2, 3)}, 10, false, "r0-3 "},
	} {
		t.Run(name, func(t *testing.T) {
			if got := shown(merged(test.spans, test.short, test.keepLast)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// busy is a goroutine that ran and waited n times in turn, two nanoseconds each, and waits still if it is alive.
func busy(id uint64, isOwn, alive bool, n int) *lane {
	l := &lane{Goroutine: id, Own: isOwn, alive: alive}
	for i := range int64(n) {
		l.Spans = append(l.Spans, run(4*i, 4*i+2), wait(4*i+2, 4*i+4))
	}
	return l
}

func TestThinLeavesWhatAPictureHoldsAndSaysWhatItLeftOut(t *testing.T) {
	picture := timeline{End: 4000}
	for id := range uint64(300) {
		picture.Lanes = append(picture.Lanes, busy(id, id >= 150, id%2 == 0, 1000))
		picture.Edges = append(picture.Edges, edge{1, id, 299})
	}
	picture.thin()

	spans, owns := 0, 0
	for i, l := range picture.Lanes {
		spans += len(l.Spans)
		if l.Own {
			owns++
		}
		if i > 0 && l.Goroutine < picture.Lanes[i-1].Goroutine {
			t.Errorf("goroutine %d stands after %d", l.Goroutine, picture.Lanes[i-1].Goroutine)
		}
		if last := l.Spans[len(l.Spans)-1]; last.To != 4000 || l.alive && last.State != "waiting" {
			t.Errorf("goroutine %d ends with %+v", l.Goroutine, last)
		}
		if l.Spans[0].From != 0 {
			t.Errorf("goroutine %d begins with %+v", l.Goroutine, l.Spans[0])
		}
		for j := 1; j < len(l.Spans); j++ {
			if l.Spans[j].From != l.Spans[j-1].To {
				t.Fatalf("goroutine %d has a gap before %+v", l.Goroutine, l.Spans[j])
			}
		}
	}
	if len(picture.Lanes) != mostLanes || owns != 150 || picture.Left.Lanes != 100 {
		t.Errorf("got %d lanes with %d own, %d left out", len(picture.Lanes), owns, picture.Left.Lanes)
	}
	if spans > mostSpans || picture.Left.Spans != 600_000-spans {
		t.Errorf("got %d spans, %d left out", spans, picture.Left.Spans)
	}
	if len(picture.Edges) != mostLanes || picture.Still != 4000 {
		t.Errorf("got %d edges, still since %d", len(picture.Edges), picture.Still)
	}
}

func TestWhatFitsStaysAsItWas(t *testing.T) {
	picture := timeline{End: 400}
	for id := range uint64(mostLanes) {
		picture.Lanes = append(picture.Lanes, busy(id, true, true, mostSpans/mostLanes/2))
	}
	for n := range uint64(mostEdges) {
		picture.Edges = append(picture.Edges, edge{int64(n), n % mostLanes, 0})
	}
	picture.thin()
	spans := 0
	for _, l := range picture.Lanes {
		spans += len(l.Spans)
	}
	if spans != mostSpans || len(picture.Edges) != mostEdges || picture.Left != (left{}) {
		t.Errorf("got %d spans and %d edges, %+v left out", spans, len(picture.Edges), picture.Left)
	}
}

func TestTheLongestTestComesFirst(t *testing.T) {
	picture := timeline{End: 5000, Tests: []marked{{"TestA", period{0, 900}}, {"TestB", period{1000, 4000}}, {"TestC", period{4500, 5000}}}}
	for id := range uint64(150) {
		early, late := busy(id, true, false, 100), busy(1000+id, true, false, 1)
		late.Spans = []span{run(1500, 1501)}
		picture.Lanes = append(picture.Lanes, early, late)
	}
	picture.thin()
	kept := 0
	for _, l := range picture.Lanes {
		if l.Goroutine >= 1000 {
			kept++
		}
	}
	if kept != 150 {
		t.Errorf("got %d of the 150 goroutines of TestB, want all", kept)
	}
}

func TestStillSinceTheLastThatMoved(t *testing.T) {
	picture := timeline{End: 1000, Lanes: []*lane{
		{Goroutine: 1, alive: true, Spans: []span{run(0, 10), wait(10, 1000)}},
		{Goroutine: 2, Spans: []span{run(5, 25)}},
	}}
	picture.thin()
	if picture.Still != 25 {
		t.Errorf("got %d, want 25: goroutine 2 ended then, goroutine 1 has waited longer", picture.Still)
	}
}

func TestLocated(t *testing.T) {
	for path, want := range map[string]struct {
		name string
		kind kind
	}{
		"submission/pool.go":             {"pool.go", own},
		"/tmp/box/submission/pool.go":    {"pool.go", own},
		"tests/pool_test.go":             {"pool_test.go", tests},
		"submission/more/pool.go":        {"", foreign},
		"mysubmission/pool.go":           {"", foreign},
		"sync/mutex.go":                  {"", foreign},
		"submission/a;b\x1b.go":          {"a?b?.go", own},
		"":                               {"", foreign},
		"submission/":                    {"", foreign},
		"tests/submission/pool.go":       {"pool.go", own},
		"submission/tests/pool_tests.go": {"pool_tests.go", tests},
	} {
		if name, kind := located(path); name != want.name || kind != want.kind {
			t.Errorf("located(%q): got %q, %v, want %q, %v", path, name, kind, want.name, want.kind)
		}
	}
}
