package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"slices"
	"testing"
)

// check makes the mutants of body, a function's, and compares those of one operator: lines before and after.
func check(t *testing.T, operator, body string, want ...string) {
	t.Helper()
	source := "package p\n\nfunc (s *S) f(ctx context.Context) (int, error) {\n" + body + "\n}\n"
	all, err := mutants(file{Path: "p.go", Content: source})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range all {
		if m.Operator != operator {
			continue
		}
		got = append(got, m.Before+" => "+m.After)
		if m.Function != "S.f" || m.Line < 3 {
			t.Errorf("%s: in %s, line %d", operator, m.Function, m.Line)
		}
		if _, err := parser.ParseFile(token.NewFileSet(), "p.go", m.Content, 0); err != nil {
			t.Errorf("%s does not parse: %v\n%s", operator, err, m.Content)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s of\n%s\ngot  %q\nwant %q", operator, body, got, want)
	}
}

func TestLocks(t *testing.T) {
	check(t, "drop-lock", "s.mu.Lock()\ndefer s.mu.Unlock()\ns.n++", "s.mu.Lock() defer s.mu.Unlock() => ")
	check(t, "drop-lock", "s.mu.Lock()\nif s.no {\ns.mu.Unlock()\nreturn\n}\ns.n++\ns.mu.Unlock()\ns.mu.Lock()",
		"s.mu.Lock() … s.mu.Unlock() … s.mu.Unlock() => ")
	check(t, "drop-lock", "s.mu.Lock()\ndefer s.mu.Unlock()\nfor {\ns.mu.Unlock()\ng()\ns.mu.Lock()\n}",
		"s.mu.Lock() defer s.mu.Unlock() … s.mu.Unlock() … s.mu.Lock() => ")
	check(t, "drop-lock", "a.Lock()\nb.Lock()\na.Unlock()\nb.Unlock()", "a.Lock() … a.Unlock() => ", "b.Lock() … b.Unlock() => ")
	check(t, "read-lock", "var mu sync.RWMutex\nmu.Lock()\nn++\nmu.Unlock()", "mu.Lock() … mu.Unlock() => mu.RLock() … mu.RUnlock()")
	check(t, "read-lock", "var mu sync.Mutex\nmu.Lock()\nmu.Unlock()")
	check(t, "late-lock", "mu.Lock()\ndefer mu.Unlock()\nn++", "mu.Lock() defer mu.Unlock() n++ => n++ mu.Lock() defer mu.Unlock()")
	check(t, "late-lock", "mu.Lock()\nn++\nmu.Unlock()", "mu.Lock() n++ => n++ mu.Lock()")
	check(t, "early-unlock", "mu.Lock()\nn++\nm++\nmu.Unlock()", "m++ mu.Unlock() => mu.Unlock() m++")
	check(t, "late-unlock", "mu.Lock()\nn++\nmu.Unlock()\ng()", "mu.Unlock() g() => g() mu.Unlock()")
	check(t, "late-unlock", "mu.Lock()\nn++\nmu.Unlock()\nreturn")
}

func TestChannels(t *testing.T) {
	check(t, "buffer", "c := make(chan int)", "c := make(chan int) => c := make(chan int, 1)")
	check(t, "unbuffer", "c := make(chan int, n)", "c := make(chan int, n) => c := make(chan int)")
	check(t, "larger-buffer", "c := make(chan int, n)", "c := make(chan int, n) => c := make(chan int, (n) + 1)")
	check(t, "drop-close", "close(c)\ndefer close(d)", "close(c) => ", "defer close(d) => ")
	check(t, "early-close", "c <- 1\nclose(c)", "c <- 1 close(c) => close(c) c <- 1")
	check(t, "drop-send", "c <- 1", "c <- 1 => ")
	check(t, "drop-receive", "<-c", "<-c => ")
	const all = "select {\ncase <-ctx.Done():\nreturn\ncase v := <-c:\ng(v)\ndefault:\nh()\n}"
	check(t, "drop-done-case", all, "case <-ctx.Done(): return => ")
	check(t, "drop-case", all, "case v := <-c: g(v) => ")
	check(t, "drop-default", all, "default: h() => ")
	check(t, "drop-case", "select {\ncase <-c:\n}")
}

func TestContexts(t *testing.T) {
	check(t, "drop-cancel", "cancel()\ndefer s.cancel(err)", "cancel() => ", "defer s.cancel(err) => ")
	check(t, "background-context", "g(ctx, s.baseCtx, 1)", "g(ctx, s.baseCtx, 1) => g(context.Background(), s.baseCtx, 1)",
		"g(ctx, s.baseCtx, 1) => g(ctx, context.Background(), 1)")
	check(t, "drop-stop", "defer timer.Stop()\nstop()", "defer timer.Stop() => ", "stop() => ")
	check(t, "drop-reset", "timer.Reset(d)", "timer.Reset(d) => ")
}

func TestGoroutines(t *testing.T) {
	check(t, "add-in-goroutine", "wg.Add(1)\ngo func() {\ndefer wg.Done()\n}()\nwg.Wait()",
		"wg.Add(1) go func() { => go func() { wg.Add(1)")
	check(t, "add-in-goroutine", "n.Add(1)\ngo func() {}()")
	check(t, "drop-wait", "wg.Wait()", "wg.Wait() => ")
	check(t, "drop-done", "defer wg.Done()", "defer wg.Done() => ")
	check(t, "untracked-go", "wg.Go(g)", "wg.Go(g) => go (g)()")
	check(t, "inline-go", "go g()", "go g() => g()")
	check(t, "go-call", "g()\npanic(1)\nmu.Lock()", "g() => go g()")
	check(t, "early-defer", "defer g()\ndefer func() {}()\ndefer mu.Unlock()", "defer g() => g()")
	check(t, "drop-defer", "defer g()\ndefer mu.Unlock()", "defer g() => ")
	check(t, "drop-recover", "v := recover()", "v := recover() => v := any(nil)")
}

func TestConditionsAndAtomics(t *testing.T) {
	check(t, "if-wait", "for !s.ready {\nc.Wait()\n}", "for !s.ready { => if !s.ready {")
	check(t, "signal", "c.Broadcast()", "c.Broadcast() => c.Signal()")
	check(t, "drop-wake", "c.Broadcast()\nc.Signal()", "c.Broadcast() => ", "c.Signal() => ")
	check(t, "plain-atomic", "atomic.AddInt64(&n, 2)\natomic.StoreInt64(&n, 3)\n_ = atomic.LoadInt64(&n)",
		"atomic.AddInt64(&n, 2) => n += 2", "atomic.StoreInt64(&n, 3) => n = 3", "_ = atomic.LoadInt64(&n) => _ = n")
	check(t, "split-atomic", "s.n.Add(1)", "s.n.Add(1) => s.n.Store(s.n.Load() + 1)")
	check(t, "split-atomic", "ok := s.n.CompareAndSwap(a, b)",
		"ok := s.n.CompareAndSwap(a, b) => ok := func() bool { if s.n.Load() != a { return false }; s.n.Store(b); return true }()")
	check(t, "drop-once", "s.once.Do(g)\nf := sync.OnceFunc(g)", "s.once.Do(g) => (g)()", "f := sync.OnceFunc(g) => f := (g)")
}

func TestUsual(t *testing.T) {
	check(t, "negate-condition", "if a {\n}", "if a { => if !(a) {")
	check(t, "boundary", "_ = a < b", "_ = a < b => _ = a <= b")
	check(t, "equality", "_ = a == b", "_ = a == b => _ = a != b")
	check(t, "logic", "_ = a && b", "_ = a && b => _ = a || b")
	check(t, "arithmetic", "n++\n_ = a*b + c", "n++ => n--", "_ = a*b + c => _ = a/b + c", "_ = a*b + c => _ = a*b - c")
	check(t, "off-by-one", "n = 4", "n = 4 => n = (4 + 1)")
	check(t, "drop-statement", "n = 4\nm := 5\nm++\ng()\nclose(c)", "n = 4 => ", "m++ => ", "g() => ")
	check(t, "drop-if", "if a {\nreturn\n}\nif b {\n} else {\n}", "if a { return } => ")
	check(t, "zero-return", "return n, err", "return n, err => return 0, nil")
	check(t, "zero-return", "return 0, nil")
	check(t, "zero-return", "_ = func() T { return T{} }\n_ = func() T { return T{1} }", "_ = func() T { return T{1} } => _ = func() T { return *new(T) }")
	check(t, "nil-error", "return n, err", "return n, err => return n, nil")
	check(t, "nil-error", "_ = func() error { return err }", "_ = func() error { return err } => _ = func() error { return nil }")
	check(t, "return-early", "g()", "func (s *S) f(ctx context.Context) (int, error) { => func (s *S) f(ctx context.Context) (int, error) { return 0, nil;")
}

func TestAMutantIsNamedWithinItsFunction(t *testing.T) {
	source := "package p\n\nconst most = 4\n\nfunc a() { g(); g() }\n\nfunc (l *list[T]) b() { h() }\n"
	all, err := mutants(file{Path: "p.go", Content: source})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range all {
		if m.Operator == "off-by-one" || m.Operator == "go-call" {
			got = append(got, fmt.Sprintf("%s/%s#%d:%d", m.Function, m.Operator, m.Ordinal, m.Line))
		}
	}
	want := []string{"most/off-by-one#1:3", "a/go-call#1:5", "a/go-call#2:5", "list.b/go-call#1:7"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
