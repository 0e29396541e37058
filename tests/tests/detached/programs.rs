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
];
