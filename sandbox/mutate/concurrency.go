package main

import (
	"go/ast"
	"strings"
)

// concurrency names the operators that are about it. They are picked first.
var concurrency = map[string]bool{
	"drop-lock": true, "read-lock": true, "early-unlock": true, "late-unlock": true, "late-lock": true,
	"drop-cancel": true, "background-context": true, "drop-done-case": true, "drop-case": true, "drop-default": true,
	"drop-close": true, "early-close": true, "drop-send": true, "drop-receive": true,
	"unbuffer": true, "buffer": true, "larger-buffer": true,
	"add-in-goroutine": true, "drop-wait": true, "drop-done": true, "untracked-go": true, "inline-go": true, "go-call": true,
	"drop-wake": true, "signal": true, "if-wait": true,
	"plain-atomic": true, "split-atomic": true, "drop-once": true,
	"drop-stop": true, "drop-reset": true, "drop-defer": true, "early-defer": true, "drop-recover": true,
}

// concurrent are the operators on expressions and on statements wherever they stand.
func (w *walk) concurrent(n ast.Node) {
	switch n := n.(type) {
	case *ast.SelectStmt:
		w.dropCases(n)
	case *ast.ForStmt:
		if n.Init == nil && n.Post == nil && n.Cond != nil && waits(n.Body) {
			w.add("if-wait", w.between(n.For, n.For+3, "if"))
		}
	case *ast.GoStmt:
		w.add("inline-go", w.between(n.Go, n.Call.Pos(), ""))
	case *ast.DeferStmt:
		if _, literal := n.Call.Fun.(*ast.FuncLit); !literal && !isLocking(n.Call) {
			w.add("early-defer", w.between(n.Defer, n.Call.Pos(), ""))
		}
	case *ast.CallExpr:
		w.buffers(n)
		w.calls(n)
		for _, arg := range n.Args {
			if isContext(arg) {
				w.add("background-context", w.replace(arg, "context.Background()"))
			}
		}
	}
}

// concurrentStatement are the operators on a statement among its neighbours.
func (w *walk) concurrentStatement(list []ast.Stmt, i int) {
	switch s := list[i].(type) {
	case *ast.SendStmt:
		w.add("drop-send", w.drop(s))
	case *ast.DeferStmt:
		operator := w.droppedAs(s.Call)
		if operator == "" && !isLocking(s.Call) {
			operator = "drop-defer"
		}
		if operator != "" {
			w.add(operator, w.drop(s))
		}
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		if !ok {
			w.add("drop-receive", w.drop(s))
			return
		}
		if operator := w.droppedAs(call); operator != "" {
			w.add(operator, w.drop(s))
		} else if isLocking(call) {
			w.locking(list, i, call)
		} else if !isBuiltin(call) {
			w.add("go-call", w.between(s.Pos(), s.Pos(), "go "))
		}
		w.neighbours(list, i, call)
	}
}

// droppedAs names the operator that drops a call as a statement; none for what is not about concurrency.
func (w *walk) droppedAs(call *ast.CallExpr) string {
	callee := last(call.Fun)
	switch {
	case strings.Contains(strings.ToLower(callee), "cancel"):
		return "drop-cancel"
	case callee == "close":
		return "drop-close"
	case callee == "Wait":
		return "drop-wait"
	case callee == "Done":
		return "drop-done"
	case callee == "Signal" || callee == "Broadcast":
		return "drop-wake"
	case callee == "Stop" || callee == "stop":
		return "drop-stop"
	case callee == "Reset":
		return "drop-reset"
	}
	return ""
}

// neighbours are the operators that move a call past the statement before or after it.
func (w *walk) neighbours(list []ast.Stmt, i int, call *ast.CallExpr) {
	s := list[i]
	callee := last(call.Fun)
	switch {
	case callee == "Unlock" || callee == "RUnlock":
		if i > 0 && !isLockStatement(list[i-1]) {
			w.add("early-unlock", w.swap(list[i-1], s))
		}
		if i+1 < len(list) && !leaves(list[i+1]) && !isLockStatement(list[i+1]) {
			w.add("late-unlock", w.swap(s, list[i+1]))
		}
	case callee == "close" && i > 0:
		w.add("early-close", w.swap(list[i-1], s))
	case callee == "Add" && len(call.Args) == 1:
		w.addInGoroutine(list, i, call)
	}
}

// addInGoroutine lets a goroutine count itself.
func (w *walk) addInGoroutine(list []ast.Stmt, i int, call *ast.CallExpr) {
	group := w.receiver(call)
	if !strings.Contains(w.file.Content, group+".Wait()") {
		return
	}
	for _, s := range list[i+1:] {
		start, ok := s.(*ast.GoStmt)
		if !ok {
			continue
		}
		if literal, ok := start.Call.Fun.(*ast.FuncLit); ok {
			at := literal.Body.Lbrace + 1
			w.add("add-in-goroutine", w.drop(list[i]), w.between(at, at, "\n"+w.text(list[i])+"\n"))
		}
		return
	}
}

// locking are the operators on the critical section that begins with list[i].
func (w *walk) locking(list []ast.Stmt, i int, call *ast.CallExpr) {
	if callee := last(call.Fun); callee != "Lock" && callee != "RLock" {
		return
	}
	section := w.section(list, i, w.receiver(call))
	if len(section) < 2 {
		return
	}
	var dropped, renamed []edit
	for _, s := range section {
		dropped = append(dropped, w.drop(s))
		method := lockCall(s).Fun.(*ast.SelectorExpr).Sel
		if !strings.HasPrefix(method.Name, "R") {
			renamed = append(renamed, w.replace(method, "R"+method.Name))
		}
	}
	w.add("drop-lock", dropped...)
	if strings.Contains(w.file.Content, "RWMutex") {
		w.add("read-lock", renamed...)
	}
	w.lateLock(list, i)
}

// lateLock lets the first statement of a critical section happen before it.
func (w *walk) lateLock(list []ast.Stmt, i int) {
	end := i
	if i+1 < len(list) && isLockStatement(list[i+1]) {
		end++ // the deferred unlock
	}
	if end+1 >= len(list) || leaves(list[end+1]) || isLockStatement(list[end+1]) {
		return
	}
	first := list[end+1]
	held := w.file.Content[w.offset(list[i].Pos()):w.offset(list[end].End())]
	gap := w.file.Content[w.offset(list[end].End()):w.offset(first.Pos())]
	w.add("late-lock", w.between(list[i].Pos(), first.End(), w.text(first)+gap+held))
}

// section gives list[i], which takes the lock, and every statement that gives it back or takes it again until it is given back for good.
func (w *walk) section(list []ast.Stmt, i int, lock string) []ast.Stmt {
	all := []ast.Stmt{list[i]}
	deferred := false
	for _, s := range list[i+1:] {
		ast.Inspect(s, func(n ast.Node) bool {
			if s, ok := n.(ast.Stmt); ok {
				if call := lockCall(s); call != nil && w.receiver(call) == lock {
					all = append(all, s)
					return false
				}
			}
			_, literal := n.(*ast.FuncLit)
			return !literal
		})
		if call := lockCall(s); call != nil && w.receiver(call) == lock {
			if _, ok := s.(*ast.DeferStmt); !ok && !deferred {
				break
			}
			deferred = true
		}
	}
	return all
}

// lockCall is the call of a statement that takes or gives back a lock, at once or deferred.
func lockCall(s ast.Stmt) *ast.CallExpr {
	var call *ast.CallExpr
	switch s := s.(type) {
	case *ast.ExprStmt:
		call, _ = s.X.(*ast.CallExpr)
	case *ast.DeferStmt:
		call = s.Call
	}
	if call == nil || !isLocking(call) {
		return nil
	}
	return call
}

func isLockStatement(s ast.Stmt) bool { return lockCall(s) != nil }

func isLocking(call *ast.CallExpr) bool {
	if _, ok := call.Fun.(*ast.SelectorExpr); !ok || len(call.Args) > 0 {
		return false
	}
	switch last(call.Fun) {
	case "Lock", "RLock", "Unlock", "RUnlock":
		return true
	}
	return false
}

func isBuiltin(call *ast.CallExpr) bool {
	switch last(call.Fun) {
	case "append", "clear", "close", "copy", "delete", "panic", "print", "println", "recover", "make", "new":
		return true
	}
	return false
}

// leaves reports whether nothing after s runs.
func leaves(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	}
	return false
}

// dropCases drops each case of a select that has others.
func (w *walk) dropCases(s *ast.SelectStmt) {
	if len(s.Body.List) < 2 {
		return
	}
	for _, clause := range s.Body.List {
		clause := clause.(*ast.CommClause)
		operator := "drop-case"
		if clause.Comm == nil {
			operator = "drop-default"
		} else if strings.HasSuffix(w.text(clause.Comm), ".Done()") {
			operator = "drop-done-case"
		}
		w.add(operator, w.drop(clause))
	}
}

// waits reports whether a block waits for a condition.
func waits(b *ast.BlockStmt) bool {
	for _, s := range b.List {
		if e, ok := s.(*ast.ExprStmt); ok {
			if call, ok := e.X.(*ast.CallExpr); ok && last(call.Fun) == "Wait" && len(call.Args) == 0 {
				return true
			}
		}
	}
	return false
}

// buffers changes how much a channel holds.
func (w *walk) buffers(call *ast.CallExpr) {
	if last(call.Fun) != "make" || len(call.Args) == 0 {
		return
	}
	if _, ok := call.Args[0].(*ast.ChanType); !ok {
		return
	}
	if len(call.Args) == 1 {
		w.add("buffer", w.between(call.Args[0].End(), call.Rparen, ", 1"))
		return
	}
	w.add("unbuffer", w.between(call.Args[0].End(), call.Rparen, ""))
	w.add("larger-buffer", w.replace(call.Args[1], "("+w.text(call.Args[1])+") + 1"))
}

// calls are the operators on one call as an expression.
func (w *walk) calls(call *ast.CallExpr) {
	callee := last(call.Fun)
	sel, method := call.Fun.(*ast.SelectorExpr)
	switch {
	case callee == "recover" && !method:
		w.add("drop-recover", w.replace(call, "any(nil)"))
	case !method:
	case callee == "Broadcast":
		w.add("signal", w.replace(sel.Sel, "Signal"))
	case callee == "Go" && len(call.Args) == 1:
		w.add("untracked-go", w.replace(call, "go ("+w.text(call.Args[0])+")()"))
	case callee == "Do" && strings.Contains(strings.ToLower(w.receiver(call)), "once"):
		w.add("drop-once", w.replace(call, "("+w.text(call.Args[0])+")()"))
	case strings.HasPrefix(callee, "Once") && w.receiver(call) == "sync":
		w.add("drop-once", w.replace(call, "("+w.text(call.Args[0])+")"))
	case w.receiver(call) == "atomic":
		w.plainAtomic(call, callee)
	default:
		w.splitAtomic(call, callee)
	}
}

// plainAtomic does without sync/atomic what one of its functions did.
func (w *walk) plainAtomic(call *ast.CallExpr, callee string) {
	if len(call.Args) == 0 || !strings.HasPrefix(w.text(call.Args[0]), "&") {
		return
	}
	variable := w.text(call.Args[0])[1:]
	switch {
	case strings.HasPrefix(callee, "Load"):
		w.add("plain-atomic", w.replace(call, variable))
	case strings.HasPrefix(callee, "Store") && len(call.Args) == 2:
		w.add("plain-atomic", w.replace(call, variable+" = "+w.text(call.Args[1])))
	case strings.HasPrefix(callee, "Add") && len(call.Args) == 2:
		w.add("plain-atomic", w.replace(call, variable+" += "+w.text(call.Args[1])))
	}
}

// splitAtomic makes two operations of one that reads and writes: what comes between is lost.
func (w *walk) splitAtomic(call *ast.CallExpr, callee string) {
	variable := w.receiver(call)
	switch {
	case callee == "Add" && len(call.Args) == 1:
		w.add("split-atomic", w.replace(call, variable+".Store("+variable+".Load() + "+w.text(call.Args[0])+")"))
	case callee == "CompareAndSwap" && len(call.Args) == 2:
		old, next := w.text(call.Args[0]), w.text(call.Args[1])
		body := "if " + variable + ".Load() != " + old + " { return false }; " + variable + ".Store(" + next + "); return true"
		w.add("split-atomic", w.replace(call, "func() bool { "+body+" }()"))
	}
}

// isContext reports whether an expression is a context by its name.
func isContext(e ast.Expr) bool {
	return strings.HasSuffix(strings.ToLower(last(e)), "ctx")
}

// receiver is what a method is called on, as written; a package's name for its functions.
func (w *walk) receiver(call *ast.CallExpr) string {
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
		return w.text(sel.X)
	}
	return ""
}

// last is the last name of `a.b.c`, or nothing.
func last(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}
