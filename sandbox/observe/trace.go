package main

import (
	"bytes"
	"errors"
	"internal/trace"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

const (
	// mostEvents is how far a trace is read: some three seconds' work.
	mostEvents = 1_500_000
	// mostTests is how many tests are named.
	mostTests = 200
	// marking is the runtime's name for the part of a collection that runs beside the program.
	marking = "GC concurrent mark phase"
)

var testName = regexp.MustCompile(`^Test[\pL\d_]{0,100}$`)

// readTrace reads as much of a trace as there is: of one that was cut, what stands before the cut.
func readTrace(data []byte) (*timeline, error) {
	r, err := trace.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	c := collector{lanes: map[trace.GoID]*life{}, regions: map[trace.GoID]int{}}
	var failed error
	for n := 0; ; n++ {
		event, err := r.ReadEvent()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || n == mostEvents {
			failed = err
			c.cut = true
			break
		}
		c.take(event)
	}
	switch {
	case len(c.tests) > 0:
		return c.timeline(), nil
	case failed == nil:
		return nil, errIdle
	case strings.Contains(failed.Error(), "truncated"):
		return nil, errCut
	}
	return nil, failed
}

// collector folds the events of a trace.
type collector struct {
	lanes   map[trace.GoID]*life
	regions map[trace.GoID]int // the test that runs on a goroutine, as index into tests
	tests   []marked
	gc      []period
	marking bool
	edges   []edge
	now     int64
	cut     bool
}

// life is a goroutine as far as it is known.
type life struct {
	lane
	state trace.GoState
	open  span
	entry string // the function that it began with
	named bool   // whether the name is that of a function of the candidate's or the tests'
	began kind   // in whose code
	maker string // the function with the go statement, if it is the candidate's or the tests'
}

func (c *collector) take(event trace.Event) {
	c.now = int64(event.Time())
	switch event.Kind() {
	case trace.EventStateTransition:
		if change := event.StateTransition(); change.Resource.Kind == trace.ResourceGoroutine {
			c.moved(event, change)
		}
	case trace.EventRegionBegin:
		if name := event.Region().Type; testName.MatchString(name) && len(c.tests) < mostTests {
			c.regions[event.Goroutine()] = len(c.tests)
			c.tests = append(c.tests, marked{name, period{c.now, -1}})
			if l := c.lanes[event.Goroutine()]; l != nil {
				l.Name, l.named, l.began, l.test = name, true, max(l.began, tests), true
			}
		}
	case trace.EventRegionEnd:
		if n, ok := c.regions[event.Goroutine()]; ok && c.tests[n].Name == event.Region().Type {
			c.tests[n].To = c.now
		}
	case trace.EventRangeBegin, trace.EventRangeActive:
		if event.Range().Name == marking && !c.marking {
			c.gc, c.marking = append(c.gc, period{c.now, -1}), true
		}
	case trace.EventRangeEnd:
		if event.Range().Name == marking && c.marking {
			c.gc[len(c.gc)-1].To, c.marking = c.now, false
		}
	case trace.EventLog:
		log := event.Log()
		c.cut = c.cut || log.Category == "assay" && log.Message == "full"
	}
}

// moved takes a goroutine from one state to another.
func (c *collector) moved(event trace.Event, change trace.StateTransition) {
	id := change.Resource.Goroutine()
	from, to := change.Goroutine()
	l := c.lanes[id]
	if l == nil {
		l = &life{lane: lane{Goroutine: uint64(id)}, state: trace.GoNotExist}
		c.lanes[id] = l
	}
	by := event.Goroutine()
	if from == trace.GoNotExist {
		l.created(event, change)
	}
	if by != trace.NoGoroutine && by != id && (from == trace.GoNotExist || from == trace.GoWaiting && to == trace.GoRunnable) {
		c.edges = append(c.edges, edge{c.now, uint64(by), uint64(id)})
	}
	at, through := l.learn(change.Stack)
	if to == l.state && from != trace.GoNotExist {
		if l.open.At == nil && to != trace.GoRunning {
			l.open.At = at // a new generation of the trace says again where everybody is
		}
		return
	}
	l.close(c.now)
	l.state = to
	l.open = span{period: period{From: c.now}, State: strings.ToLower(to.String())}
	switch {
	case to == trace.GoWaiting && change.Reason == "preempted":
		l.open.State = "runnable" // only its stack is being looked at
	case to == trace.GoWaiting:
		l.open.Reason, l.open.At = reason(change.Reason, through), at
	case to == trace.GoSyscall:
		l.open.At = at
	}
}

// reason is why a goroutine waits, in the words of a goroutine dump. The tracer has one word for everything in package sync.
func reason(word, through string) string {
	if word == "sync" && strings.HasPrefix(through, "sync.") {
		return clipped(strings.NewReplacer("(*", "", ")", "").Replace(through))
	}
	return clipped(word)
}

// created notes who made a goroutine, and where.
func (l *life) created(event trace.Event, change trace.StateTransition) {
	l.CreatedBy = uint64(max(event.Goroutine(), 0))
	for frame := range change.Stack.Frames() {
		l.entry = frame.Func
	}
	for frame := range event.Stack().Frames() {
		if file, kind := located(frame.File); kind != foreign {
			l.CreatedAt, l.maker = &place{file, int(frame.Line)}, called(frame.Func)
			l.began = max(l.began, kind)
			return
		}
	}
}

// learn takes from a stack whose goroutine this is and what it is called: by the outermost function that somebody wrote. It returns
// the innermost place in the candidate's files, else in the tests', and the function that is called there.
func (l *life) learn(stack trace.Stack) (at *place, through string) {
	var innermost, root kind
	var outermost, callee string
	for frame := range stack.Frames() {
		file, kind := located(frame.File)
		if kind > innermost {
			at, through, innermost = &place{file, int(frame.Line)}, callee, kind
		}
		callee = frame.Func
		if kind == foreign {
			continue
		}
		root = kind
		if !strings.Contains(frame.Func, ".gowrap") {
			outermost = called(frame.Func)
		}
	}
	if !l.named && outermost != "" {
		l.Name, l.named = outermost, true
	}
	l.began = max(l.began, root)
	l.meets = l.meets || innermost == own
	return at, through
}

func (l *life) close(now int64) {
	if l.state != trace.GoNotExist && l.state != trace.GoUndetermined && now > l.open.From {
		l.open.To = now
		l.Spans = append(l.Spans, l.open)
	}
}

// timeline is what was collected, from the start of the first test on.
func (c *collector) timeline() *timeline {
	t := timeline{Cut: c.cut, Tests: c.tests, GC: c.gc, Edges: c.edges}
	zero := c.now
	for _, test := range c.tests {
		zero = min(zero, test.From)
	}
	t.End = c.now - zero
	for _, id := range slices.Sorted(maps.Keys(c.lanes)) {
		l := c.lanes[id]
		l.alive = l.state != trace.GoNotExist
		l.close(c.now)
		l.Spans = since(l.Spans, zero)
		if l.began == foreign || len(l.Spans) == 0 || strings.HasPrefix(l.entry, "runtime.") {
			continue // an allocation may have the runtime start goroutines of its own
		}
		if !l.named {
			l.Name = clipped(called(strings.TrimSuffix(l.entry, ".func1")) + " in " + l.maker)
		}
		l.Own = l.began == own
		t.Lanes = append(t.Lanes, &l.lane)
	}
	t.shift(zero)
	t.thin()
	return &t
}

// since cuts off what was before zero, and counts from there.
func since(spans []span, zero int64) []span {
	var kept []span
	for _, s := range spans {
		if s.To > zero {
			s.From, s.To = max(s.From-zero, 0), s.To-zero
			kept = append(kept, s)
		}
	}
	return kept
}

// shift moves marks, collections and edges to count from zero; what has no end yet lasts until the trace's.
func (t *timeline) shift(zero int64) {
	move := func(p *period) {
		if p.To < 0 {
			p.To = t.End + zero
		}
		p.From, p.To = max(p.From-zero, 0), max(p.To-zero, 0)
	}
	for i := range t.Tests {
		move(&t.Tests[i].period)
	}
	for i := range t.GC {
		move(&t.GC[i])
	}
	t.GC = slices.DeleteFunc(t.GC, func(p period) bool { return p.To == 0 })
	for i := range t.Edges {
		t.Edges[i].At -= zero
	}
	t.Edges = slices.DeleteFunc(t.Edges, func(e edge) bool { return e.At < 0 })
}
