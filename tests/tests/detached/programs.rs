//! Packages, other packages that look at them, and what these then say. What is printed tells whether two packages agree on what a type, a
//! table of methods and a number of a symbol is.

/// A package `p`, a package `q` that imports it, and the lines that `q.Say` prints.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) p: &'static str,
    pub(crate) q: &'static str,
    pub(crate) says: &'static str,
}

pub(crate) const PROGRAMS: &[Program] = &[
    Program {
        name: "errors made here and there are one",
        p: r#"package p

import ("errors"; "fmt")

var ErrA = errors.New("a")
var ErrW = fmt.Errorf("w: %w", ErrA)

type Err struct{ Code int }
func (e *Err) Error() string { return helper(e.Code) }
func helper(n int) string { return fmt.Sprint("code ", n, filler[n%len(filler)]) }
var filler = []string{"x", "y", "z"}

type Val string
func (v Val) Error() string { return string(v) }
func (v Val) Is(target error) bool { return target == ErrA }

type Pair struct{ A, B error }

func Make(n int) error { return &Err{n} }
func Keep(e *Err) error { return e }
func Value() error { return Val("v") }
func Same(a, b error) bool { return a == b }
func Both(e *Err) Pair { return Pair{e, Val("v")} }
func Joined() error { return errors.Join(ErrA, &Err{3}, Val("j")) }
func FindErr(err error) (int, bool) { var e *Err; ok := errors.As(err, &e); if !ok { return 0, false }; return e.Code, true }
"#,
        q: r#"package q

import ("errors"; "fmt"; "p")

type wrap struct{ error }
func (w wrap) Unwrap() error { return w.error }

func Say() {
	e := &p.Err{Code: 2}
	var here error = e
	there := p.Keep(e)
	fmt.Println(here == there, there == error(e), p.Same(here, there), errors.Is(here, there), errors.Is(there, here), errors.Is(here, here))
	fmt.Println(p.Value() == error(p.Val("v")), errors.Is(p.Value(), p.ErrA), errors.Is(p.ErrW, p.ErrA), p.ErrW == p.ErrA)
	fmt.Println(p.Both(e) == p.Pair{A: e, B: p.Val("v")}, any(p.Both(e)) == any(p.Pair{A: here, B: p.Value()}))
	m := map[error]int{here: 1, p.Value(): 2, p.ErrA: 3}
	fmt.Println(m[there], m[p.Val("v")], m[p.ErrA], len(m))
	var found *p.Err
	fmt.Println(errors.As(p.Make(7), &found), found.Code, errors.As(p.Value(), &found))
	fmt.Println(p.FindErr(wrap{here}))
	fmt.Println(p.FindErr(fmt.Errorf("x: %w", e)))
	var v p.Val
	fmt.Println(errors.As(p.Joined(), &v), v, errors.As(p.Joined(), &found), found.Code, found)
	for _, err := range []error{here, p.Value(), p.ErrA, nil, wrap{there}} {
		switch x := err.(type) {
		case *p.Err: fmt.Print("Err ", x.Code, " ")
		case p.Val: fmt.Print("Val ", x, " ")
		case nil: fmt.Print("nil ")
		case interface{ Unwrap() error }: fmt.Print("wraps ")
		default: fmt.Printf("%T ", x)
		}
	}
	fmt.Println()
	defer func() {
		r := recover().(error)
		fmt.Println(r == here, errors.Is(r, there))
	}()
	panic(there)
}
"#,
        says: "true true true true true true\ntrue true true false\ntrue true\n1 2 3 3\ntrue 7 false\n2 true\n2 true\ntrue j true 3 code 3x\nErr 2 Val v *errors.errorString nil wraps \ntrue true\n",
    },
    Program {
        name: "interfaces, embedded ones too, methods as values, and types by reflection",
        p: r#"package p

import ("fmt"; "io"; "sort"; "strings"; "sync"; "sync/atomic")

type Namer interface{ Name() string }
type Shape interface { Namer; Area() float64; fmt.Stringer }
type hidden interface{ secret() int }
type Secret interface { Namer; hidden }

type Square struct{ side float64; mu sync.Mutex }
func (s *Square) Name() string { return "square" }
func (s *Square) Area() float64 { s.mu.Lock(); defer s.mu.Unlock(); return s.side * s.side }
func (s *Square) String() string { return "sq" + strings.Repeat("!", int(s.side)) }
func (s *Square) secret() int { return 42 }

type Dot struct{ X, Y int }
func (Dot) Name() string { return "dot" }
func (Dot) Area() float64 { return 0 }
func (d Dot) String() string { return fmt.Sprintf("(%d %d)", d.X, d.Y) }
func (d *Dot) Move(n int) { d.X += n }

type Alias = map[string][]Dot
type Func func(Dot) Shape
type Base struct{ Dot; count atomic.Int64; next atomic.Pointer[Base] }
func (b *Base) Add() int64 { return b.count.Add(1) }
func (b *Base) Link(n *Base) *Base { b.next.Store(n); return b.next.Load() }

type ByX []Dot
func (b ByX) Len() int { return len(b) }
func (b ByX) Less(i, j int) bool { return b[i].X < b[j].X }
func (b ByX) Swap(i, j int) { b[i], b[j] = b[j], b[i] }

type upper struct{ r io.Reader }
func (u upper) Read(p []byte) (int, error) { n, err := u.r.Read(p); copy(p, strings.ToUpper(string(p[:n]))); return n, err }

func New(side float64) Shape { return &Square{side: side} }
func Hide(side float64) Secret { return &Square{side: side} }
func Reveal(s any) int { if h, ok := s.(hidden); ok { return h.secret() }; return -1 }
func Dots() Alias { return Alias{"a": {{1, 2}}, "b": nil} }
func Box(v any) any { return v }
func IsDot(v any) bool { _, ok := v.(Dot); return ok }
func Anon() any { return struct{ A int; B Dot }{1, Dot{2, 3}} }
func Sorted(d []Dot) []Dot { sort.Sort(ByX(d)); return d }
func Upper(r io.Reader) io.Reader { return upper{r} }
var Move = (*Dot).Move
var Double = func(d Dot) Shape { d.X *= 2; return d }
"#,
        q: r#"package q

import ("fmt"; "io"; "maps"; "p"; "reflect"; "slices"; "sort"; "strings"; "sync"; "sync/atomic")

type mine struct{ *p.Base; extra int }
type named struct{ p.Namer }

func Say() {
	sq := p.New(2)
	var namer p.Namer = sq
	_, back := namer.(p.Shape)
	fmt.Println(sq, namer.Name(), sq.Area(), back, p.Namer(sq) == namer, any(sq) == any(namer))
	fmt.Println(p.Reveal(p.Hide(1)), p.Reveal(p.Dot{}), p.Hide(3).Name())
	keyed := map[any]int{p.Dot{X: 1}: 1, p.Shape(p.Dot{X: 2}): 2, reflect.TypeOf(p.Dot{}): 3}
	fmt.Println(keyed[p.Box(p.Dot{X: 1})], keyed[p.Dot{X: 2}], keyed[reflect.TypeOf(p.Box(p.Dot{}))], p.IsDot(p.Dot{}), p.IsDot(&p.Dot{}))
	shapes := map[p.Shape]string{p.Dot{X: 1, Y: 2}: "one", sq: "two"}
	fmt.Println(shapes[p.Double(p.Dot{X: 1, Y: 2})], shapes[p.Dot{X: 1, Y: 2}], shapes[sq])
	fmt.Println(reflect.TypeOf(p.Dots()) == reflect.TypeFor[map[string][]p.Dot](), reflect.DeepEqual(p.Dots(), p.Alias{"a": {{X: 1, Y: 2}}, "b": nil}), len(slices.Collect(maps.Keys(p.Dots()))))
	fmt.Println(p.Anon() == any(struct{ A int; B p.Dot }{1, p.Dot{X: 2, Y: 3}}), reflect.TypeOf(p.Anon()))
	d := p.Dot{X: 1}
	move, name := d.Move, d.Name
	move(3)
	p.Move(&d, 4)
	(*p.Dot).Move(&d, 5)
	fmt.Println(d, name(), p.Dot.String(d), p.Func(p.Double)(d))
	b := &p.Base{Dot: p.Dot{X: 5}}
	m := mine{Base: b}
	m.Move(1)
	fmt.Println(m.Add(), m.Add(), m.Name(), m.Link(b) == b, p.Shape(m).String(), named{sq}.Name(), reflect.TypeOf(m).NumMethod())
	var ptr atomic.Pointer[p.Base]
	ptr.Store(b)
	fmt.Println(ptr.Load() == b, reflect.TypeOf(&ptr), reflect.TypeOf(b).Elem().Field(2).Type == reflect.TypeOf(&ptr).Elem())
	list := p.Sorted([]p.Dot{{X: 3}, {X: 1}, {X: 2}})
	sort.Sort(sort.Reverse(p.ByX(list)))
	fmt.Println(list, slices.ContainsFunc(list, func(d p.Dot) bool { return d == p.Dot{X: 2} }), slices.Index(list, p.Dot{X: 1}))
	all, err := io.ReadAll(p.Upper(strings.NewReader("shout")))
	fmt.Println(string(all), err)
	var seen sync.Map
	seen.Store(namer, 1)
	seen.Store(p.Dot{X: 9}, 2)
	_, one := seen.Load(sq)
	_, two := seen.Load(p.Box(p.Dot{X: 9}))
	fmt.Println(one, two, reflect.ValueOf(sq).Type().Elem().Name(), reflect.TypeOf(sq).Implements(reflect.TypeFor[p.Shape]()))
	method, _ := reflect.TypeOf(&d).MethodByName("Move")
	method.Func.Call([]reflect.Value{reflect.ValueOf(&d), reflect.ValueOf(10)})
	fmt.Printf("%v %+v %T %T\n", d, *b.Link(&p.Base{}), p.Double, p.Func(nil))
}
"#,
        says: "sq!! square 4 true true true\n42 -1 square\n1 2 3 true false\n one two\ntrue true 2\ntrue struct { A int; B p.Dot }\n(13 0) dot (13 0) (26 0)\n1 2 dot true (6 0) square 6\ntrue *atomic.Pointer[p.Base] true\n[(3 0) (2 0) (1 0)] true 2\nSHOUT <nil>\ntrue true Square true\n(23 0) (0 0) func(p.Dot) p.Shape p.Func\n",
    },
    Program {
        name: "what is set at the start, channels, callbacks and the goroutines between",
        p: r#"package p

import ("context"; "errors"; "fmt"; "strings"; "sync"; "time")

type Level int
const (
	Low Level = iota + 1
	Mid
	High
	Size = len(table)
)
func (l Level) String() string { return table[l] }
var table = [...]string{"?", "low", "mid", "high"}

var Start = begin("start")
var order []string
func begin(s string) string { order = append(order, s); return s + "ed" }
var Later = func() string { return Start + "!" }()
func init() { order = append(order, "init"); registry["x"] = &Job{ID: 7} }
var registry = map[string]*Job{}

type Job struct { ID int; Run func(context.Context) error; done chan Event }
type Event struct { From *Job; Err error; Level }
type Option func(*config)
type config struct { workers int; on func(Event) }
func With(n int) Option { return func(c *config) { c.workers = n } }
func On(f func(Event)) Option { return func(c *config) { c.on = f } }

type Pool struct { config; jobs chan *Job; wg sync.WaitGroup; once sync.Once; mu sync.RWMutex; seen map[Event]int }
var ErrStop = errors.New("stop")

func New(opts ...Option) *Pool {
	p := &Pool{config: config{workers: 1}, jobs: make(chan *Job), seen: map[Event]int{}}
	for _, o := range opts { o(&p.config) }
	for range p.workers { p.wg.Go(p.work) }
	return p
}
func (p *Pool) work() {
	for j := range p.jobs {
		e := Event{j, p.call(j), Mid}
		p.mu.Lock(); p.seen[e]++; p.mu.Unlock()
		if p.on != nil { p.on(e) }
		if j.done != nil { j.done <- e }
	}
}
func (p *Pool) call(j *Job) (err error) {
	defer func() { if r := recover(); r != nil { err = fmt.Errorf("%v: %w", r, ErrStop) } }()
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), Low, j.ID), time.Minute)
	defer cancel()
	return j.Run(ctx)
}
func (p *Pool) Do(j *Job) <-chan Event { j.done = make(chan Event, 1); p.jobs <- j; return j.done }
func (p *Pool) Seen(e Event) int { p.mu.RLock(); defer p.mu.RUnlock(); return p.seen[e] }
func (p *Pool) Close() { p.once.Do(func() { close(p.jobs) }); p.wg.Wait() }
func Order() string { return strings.Join(order, ",") }
func Registered(n string) *Job { return registry[n] }
"#,
        q: r#"package q

import ("context"; "errors"; "fmt"; "p"; "sync"; "time")

var early = p.Later
type event = p.Event

func Say() {
	fmt.Println(p.Start, early, p.Order(), p.Size, p.Low, p.High, p.Registered("x").ID, [p.Size]int{})
	var mu sync.Mutex
	got := map[error]int{}
	pool := p.New(p.With(3), p.On(func(e event) { mu.Lock(); defer mu.Unlock(); got[e.Err]++ }))
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			j := &p.Job{ID: i, Run: func(ctx context.Context) error {
				if ctx.Value(p.Low) != i { panic("another's value") }
				if i%3 == 0 { return p.ErrStop }
				return nil
			}}
			select {
			case e := <-pool.Do(j):
				if e != (p.Event{From: j, Err: e.Err, Level: p.Mid}) || pool.Seen(e) != 1 { fmt.Println("not the same") }
			case <-time.After(time.Minute):
				fmt.Println("late")
			}
		})
	}
	wg.Wait()
	e := <-pool.Do(&p.Job{Run: func(context.Context) error { panic(p.High) }})
	fmt.Println(e.Err, errors.Is(e.Err, p.ErrStop), e.Level, e.From.ID)
	pool.Close()
	fmt.Println(got[nil], got[p.ErrStop], len(got))
}
"#,
        says: "started started! start,init 4 low high 7 [0 0 0 0]\nhigh: stop true mid 0\n20 10 3\n",
    },
    Program {
        name: "values of constants, fields that nobody sees, embedded types, aliases, variables and iterators",
        p: r#"package p

import ("cmp"; "fmt"; "iter"; "slices"; "strings"; "sync"; "sync/atomic"; "time")

const (
	Limit = 3
	Wide = Limit << 2
	Name = "p" + "q"
	Wait = 5 * time.Millisecond
	hidden = 7
	Shown = hidden * 2
)
type Kind uint8
const (
	A Kind = iota
	_
	C
)
func (k Kind) String() string { return [...]string{"a", "b", "c"}[k] }
func (k Kind) rank() int { return int(k) }
func (k Kind) Compare(o Comparer) int { return cmp.Compare(k.rank(), o.rank()) }
type Comparer interface { Compare(Comparer) int; rank() int }
func Sort(c []Comparer) []Comparer { slices.SortFunc(c, Comparer.Compare); return c }

type inner struct { n int; s string; arr [Limit]int8 }
func (i inner) Sum() int { t := i.n; for _, v := range i.arr { t += int(v) }; return t }
func (i *inner) Bump() int { i.n++; return i.n }
func Inner(n int) inner { return inner{n: n} }
type Alias = inner
type Outer struct { inner; Tag string; p *inner; fn func(inner) int }
func (o Outer) Apply() int { return o.fn(o.inner) + o.p.n }
func MakeOuter(n int) Outer {
	o := Outer{inner: inner{n: n, s: fmt.Sprint(n)}, Tag: strings.Repeat("t", n), fn: inner.Sum}
	o.p = &o.inner
	o.arr[n%Limit] = 1
	return o
}
type Plain struct { Outer *Outer; inner; Kind }
type Grid [Wide]Kind
func (g Grid) Count(k Kind) (n int) { for _, x := range g { if x == k { n++ } }; return }

type List struct { head *node; size atomic.Int32; once sync.Once }
type node struct { v Outer; next *node }
func (l *List) Push(o Outer) *List { l.head = &node{o, l.head}; l.size.Add(1); return l }
func (l *List) All() iter.Seq2[int, Outer] {
	return func(yield func(int, Outer) bool) {
		i := 0
		for n := l.head; n != nil && yield(i, n.v); n = n.next { i++ }
	}
}
func (l *List) Once(f func()) int32 { l.once.Do(f); return l.size.Load() }

var Hook func(string) string = strings.ToUpper
var Table = map[Alias]Kind{{n: 1}: C, {n: 2, s: "x"}: A}
var Current atomic.Pointer[Outer]
var caught atomic.Value
func Call(s string) string { return Hook(s) }
func Catch() { if r := recover(); r != nil { caught.Store(fmt.Sprint(r)) } }
func Caught() string { s, _ := caught.Load().(string); return s }
func Lookup(a Alias) (Kind, bool) { k, ok := Table[a]; return k, ok }
func Any(n int) any { return []any{Inner(n), &inner{n: n}, C, Grid{C}, MakeOuter, Plain{Kind: C}}[n] }

type Func func(int) int
func (f Func) Twice(n int) int { return f(f(n)) }
func Stream(n int) (<-chan Kind, chan<- Plain) {
	out, in := make(chan Kind), make(chan Plain, n)
	go func() { defer close(out); for v := range in { out <- v.Kind } }()
	return out, in
}
"#,
        q: r#"package q

import ("cmp"; "fmt"; "maps"; "p"; "reflect"; "slices"; "unsafe")

type summer interface{ Sum() int }
type own struct { *p.Outer; p.Kind }
type twice interface{ Twice(int) int }
type pair[T any] struct{ a, b T }

func (p pair[T]) both() []T { return []T{p.a, p.b} }
func total[T summer](list ...T) (n int) { for _, x := range list { n += x.Sum() }; return }
func guarded(f func()) string { func() { defer p.Catch(); f() }(); return p.Caught() }

func Say() {
	fmt.Println(p.Limit, p.Wide, p.Name, p.Wait, p.Shown, p.C, [p.Limit]p.Kind{p.C}, len(p.Grid{}), unsafe.Sizeof(p.Outer{}), unsafe.Sizeof(p.List{}))
	o := p.MakeOuter(2)
	fmt.Println(o.Sum(), o.Bump(), o.Sum(), o.Apply(), own{&o, p.C}.Bump(), own{&o, p.C}.Sum(), own{Kind: p.C}, p.Plain{Kind: 1}.Kind)
	fmt.Println(total(p.Inner(4), p.Inner(5)), total[summer](o, &o, p.Inner(1), own{Outer: &o}), total(pair[p.Alias]{p.Inner(1), p.Inner(2)}.both()...))
	var a p.Alias = p.Inner(1)
	k, ok := p.Lookup(a)
	_, none := p.Lookup(p.Inner(9))
	fmt.Println(k, ok, none, p.Table[p.Inner(1)], a == p.Inner(1), any(a) == p.Any(0), any(p.Inner(0)) == p.Any(0), reflect.TypeOf(a), reflect.TypeOf(p.Any(1)))
	fmt.Println(p.Any(2) == any(p.C), p.Any(3) == any(p.Grid{p.C}), p.Any(5) == any(p.Plain{Kind: p.C}), reflect.TypeOf(p.Any(4)) == reflect.TypeOf(p.MakeOuter), p.Grid{p.C, 1, p.C}.Count(p.C))
	keys := map[any]string{p.Inner(3): "in", p.Plain{Kind: p.C}: "plain", p.Grid{1}: "grid", [2]p.Comparer{p.A, p.C}: "array", struct{ p.Kind }{p.C}: "struct"}
	fmt.Println(keys[p.Inner(3)], keys[p.Any(5)], keys[p.Grid{1}], keys[[2]p.Comparer{p.A, p.C}], keys[struct{ p.Kind }{p.C}], len(keys))
	l := new(p.List).Push(o).Push(p.MakeOuter(1))
	for i, o := range l.All() { fmt.Print(i, o.Tag, " ") }
	for range l.All() { break }
	fmt.Println(l.Once(func() { fmt.Print("once ") }), l.Once(nil), slices.Sorted(maps.Keys(maps.Collect(l.All()))))
	p.Current.Store(&o)
	fmt.Println(p.Current.Load() == &o, p.Current.CompareAndSwap(&o, nil), p.Current.Load(), reflect.TypeOf(&p.Current))
	before := p.Hook
	p.Hook = func(s string) string { return "<" + before(s) + ">" }
	fmt.Println(p.Call("hook"), p.Func(func(n int) int { return n * 3 }).Twice(2), twice(p.Func(func(n int) int { return n + 1 })).Twice(2), p.Func.Twice(func(n int) int { return -n }, 5))
	fmt.Println(p.Sort([]p.Comparer{p.C, p.A, p.Kind(1)}), slices.MaxFunc([]p.Kind{1, p.C, p.A}, func(a, b p.Kind) int { return cmp.Compare(a, b) }), cmp.Compare(p.A, p.C))
	fmt.Println(guarded(func() { panic(p.C) }), guarded(func() { var o own; o.Bump() }), guarded(func() { _ = p.Any(3).(p.Comparer) }))
	out, in := p.Stream(2)
	in <- p.Plain{Kind: 1}
	in <- p.Plain{Kind: p.C, Outer: &o}
	close(in)
	for k := range out { fmt.Print(k, " ") }
	fmt.Printf("%v %+v %T\n", p.Inner(6), p.Plain{Kind: 2}, p.Any(5))
}
"#,
        says: "3 12 pq 5ms 14 c [c a a] 12 64 24\n3 3 4 6 4 5 c b\n9 16 3\nc true false c true false true p.inner *p.inner\ntrue true true true 2\nin plain grid array struct 5\n0t 1tt once 2 2 [0 1]\ntrue true <nil> *atomic.Pointer[p.Outer]\n<HOOK> 18 4 5\n[a b c] c -1\nc runtime error: invalid memory address or nil pointer dereference interface conversion: p.Grid is not p.Comparer: missing method Compare\nb c {6  [0 0 0]} c p.Plain\n",
    },
];
