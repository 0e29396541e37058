// Package harness is the main of every graded test program.
//
// It obeys one challenge at a time from descriptor 3 and answers on descriptor 4; arguments and environment are ignored and
// standard output means nothing. Neither descriptor is reachable from code that may not import os or syscall.
package harness

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"io"
	"os"
	"reflect"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	challengeFD = 3
	replyFD     = 4
	// settle is how long goroutines of the candidate's may take to go after a test: well under the time after which a program that uses
	// no CPU is taken for a deadlock.
	settle = 500 * time.Millisecond
	// hastySettle replaces settle once leaks are certain, so that a leaky package does not cost a second a test.
	hastySettle = 50 * time.Millisecond
	// linger is how long a process stays when goroutines may still be at work: long enough for the race detector to see what the end
	// of the tests uncovers (of 12 such races it sees 12 in 100 ms, 9 in none; measured).
	linger = 100 * time.Millisecond
	// maxDump bounds the leak dump in an answer, bytes.
	maxDump = 32 << 10
)

// foreign says that the tests came from elsewhere.
var foreign bool

// Foreign says that the tests came from elsewhere. They open the files beside them, and write some: the program works in the writable
// folder to, with a copy of what lies in from. And they leave goroutines behind: only those that the candidate's code began are its leaks.
func Foreign(from, to string) {
	foreign = true
	if os.CopyFS(to, os.DirFS(from)) != nil || os.Chdir(to) != nil {
		os.Exit(3)
	}
}

// Main runs tests as told until it is told to stop. own is the folder that the candidate's files were compiled in: goroutines that run
// code of theirs, or were created by it, must not outlive a test.
func Main(own string, tests []testing.InternalTest) {
	syscall.CloseOnExec(challengeFD)
	syscall.CloseOnExec(replyFD)
	talk := talk{bufio.NewReader(os.NewFile(challengeFD, "challenges")), os.NewFile(replyFD, "replies")}
	ignoreArguments()

	table := append(slices.Clone(tests), controls...)
	talk.reply("ready", strconv.Itoa(len(table)))
	order := talk.order(len(table))
	watch := watch{own: own, charged: map[string]bool{}}
	for {
		words := talk.challenge()
		switch {
		case len(words) == 3 && words[0] == "run":
			slot, err := strconv.Atoi(words[1])
			if err != nil || slot < 0 || slot >= len(order) {
				os.Exit(3)
			}
			start := time.Now()
			passed, skipped := run(table[order[slot]])
			took := time.Since(start)
			count, dump := watch.leaked()
			talk.reply("res", words[1], words[2], word(passed, skipped), strconv.FormatInt(took.Microseconds(), 10), strconv.Itoa(count), dump)
		case len(words) == 2 && words[0] == "seal":
			talk.reply("sealed", words[1])
			// Where every test left nothing behind, there is nobody to wait for.
			if foreign || len(watch.charged) > 0 {
				time.Sleep(linger)
			}
			os.Exit(0)
		default:
			os.Exit(3)
		}
	}
}

// talk is this end of the conversation. It does without package fmt, whose pooled printers a submission can get hold of.
type talk struct {
	challenges *bufio.Reader
	replies    *os.File
}

func (t talk) challenge() []string {
	line, err := t.challenges.ReadString('\n')
	if err != nil {
		os.Exit(3) // the host has gone
	}
	return strings.Fields(line)
}

func (t talk) reply(words ...string) {
	if _, err := t.replies.WriteString(strings.Join(words, " ") + "\n"); err != nil {
		os.Exit(3)
	}
}

// order is the first challenge: at each place the number of the test that goes by the place's number from now on, so that a number
// says nothing about what it stands for. Where benchmarks are asked for instead, it does not return.
func (t talk) order(n int) []int {
	words := t.challenge()
	switch {
	case len(words) > 0 && words[0] == "measure":
		t.measure(words[1:])
	case len(words) == 0 || words[0] != "order":
		os.Exit(3)
	}
	return permutation(words[1:], n)
}

// permutation reads the numbers below n, each once.
func permutation(words []string, n int) []int {
	if len(words) != n {
		os.Exit(3)
	}
	order := make([]int, n)
	met := make([]bool, n)
	for slot, word := range words {
		i, err := strconv.Atoi(word)
		if err != nil || i < 0 || i >= n || met[i] {
			os.Exit(3)
		}
		order[slot], met[i] = i, true
	}
	return order
}

// controls are tests whose outcome is known. They go the way of all others, among them, and are answered like them: where one comes
// out otherwise, something has laid hands on package testing or on this one. The host knows them by their place after the tests.
var controls = []testing.InternalTest{
	{Name: "TestThatFails", F: func(t *testing.T) { t.Errorf("as it must") }},
	{Name: "TestThatFailsBelow", F: func(t *testing.T) {
		t.Run("one", func(t *testing.T) { t.FailNow() })
	}},
	{Name: "TestThatHolds", F: func(t *testing.T) { t.Run("one", func(t *testing.T) { t.Log("as it must") }) }},
}

// run runs one test. A skipped one is no pass: it has shown nothing.
func run(test testing.InternalTest) (passed, skipped bool) {
	watched := testing.InternalTest{Name: test.Name, F: func(t *testing.T) {
		defer func() { skipped = t.Skipped() }()
		test.F(t)
	}}
	passed = testing.MainStart(deps{}, []testing.InternalTest{watched}, nil, nil, nil).Run() == 0
	return passed, skipped
}

// Once runs tests one after another, without a conversation: for a program that looks at them and does not judge.
func Once(tests []testing.InternalTest) {
	ignoreArguments()
	testing.MainStart(deps{}, tests, nil, nil, nil).Run()
}

func word(passed, skipped bool) string {
	switch {
	case !passed:
		return "fail"
	case skipped:
		return "skip"
	}
	return "ok"
}

// ignoreArguments makes the testing package see no flags, whatever was done to os.Args before main.
func ignoreArguments() {
	testing.Init()
	os.Args = os.Args[:1]
	set := flag.CommandLine
	if err := set.Parse(nil); err != nil {
		os.Exit(3)
	}
}

// watch looks for goroutines of the candidate's code that outlive a test.
type watch struct {
	own string
	// charged are the goroutines that a test has answered for. There are none at first: what init started must be gone too.
	charged map[string]bool
	leaky   int
	// stacks is where the runtime writes them, after every test: the race detector makes fresh memory of that size dear.
	stacks []byte
}

// leaked waits for the candidate's goroutines to go and returns how many did not, with their stacks in hex.
func (w *watch) leaked() (int, string) {
	patience := settle
	if w.leaky >= 2 {
		patience = hastySettle
	}
	deadline := time.Now().Add(patience)
	for pause := 100 * time.Microsecond; ; pause = min(2*pause, 20*time.Millisecond) {
		left := w.left()
		if len(left) == 0 {
			return 0, "-"
		}
		if time.Now().After(deadline) {
			w.leaky++
			explain()
			var dump strings.Builder
			left = w.left()
			for id, stack := range left {
				w.charged[id] = true
				if dump.Len()+len(stack) < maxDump {
					dump.WriteString(stack + "\n\n")
				}
			}
			return len(left), hex.EncodeToString([]byte(dump.String()))
		}
		time.Sleep(pause)
	}
}

// explain has the runtime look which goroutines wait for what nothing else can reach: it marks them, and their stacks say so from then on.
// It finds some of the leaks, and never decides.
func explain() {
	if profile := pprof.Lookup("goroutineleak"); profile != nil {
		_ = profile.WriteTo(io.Discard, 0)
	}
}

// left returns the goroutines, number to stack, that nobody has answered for yet.
func (w *watch) left() map[string]string {
	n := runtime.Stack(w.stacks, true)
	for n == len(w.stacks) {
		w.stacks = make([]byte, max(64<<10, 2*n))
		n = runtime.Stack(w.stacks, true)
	}
	left := map[string]string{}
	for _, stack := range bytes.Split(w.stacks[:n], []byte("\n\n")) {
		text := string(stack)
		id, found := strings.CutPrefix(text, "goroutine ")
		if !found {
			continue
		}
		id = strings.Fields(id)[0]
		if !w.charged[id] && (inStack(telling(text), w.own) || errand(text)) {
			left[id] = strings.TrimSpace(text)
		}
	}
	return left
}

// telling is the part of a goroutine's stack that tells whose it is.
func telling(stack string) string {
	if !foreign {
		return stack
	}
	_, creator, _ := strings.Cut(stack, "\ncreated by ")
	return creator
}

// inStack says whether a file of folder stands in a stack. Behind a tab it is where the box shows it; behind a slash where a weaker box,
// which has no root of its own, does.
func inStack(stack, folder string) bool {
	return strings.Contains(stack, "\t"+folder+"/") || strings.Contains(stack, "/"+folder+"/")
}

// errand says whether only the standard library is on a goroutine that a timer, a context or an iterator started for somebody:
// `time.AfterFunc(0, mu.Lock)` waits for ever in nobody's name.
func errand(stack string) bool {
	if foreign || strings.Contains(stack, "assay.test/") {
		return false
	}
	for _, starter := range []string{"time.", "context.", "iter."} {
		if strings.Contains(stack, "\ncreated by "+starter) {
			return true
		}
	}
	return false
}

// deps is the least that testing.MainStart asks for; testing/internal/testdeps would link 60 more packages.
type deps struct{}

type corpusEntry = struct {
	Parent     string
	Path       string
	Data       []byte
	Values     []any
	Generation int
	IsSeed     bool
}

var errUnsupported = errors.New("not supported by this harness")

func (deps) ImportPath() string                          { return "" }
func (deps) ModulePath() string                          { return "" }
func (deps) MatchString(string, string) (bool, error)    { return true, nil }
func (deps) SetPanicOnExit0(bool)                        {}
func (deps) StartCPUProfile(io.Writer) error             { return errUnsupported }
func (deps) StopCPUProfile()                             {}
func (deps) StartTestLog(io.Writer)                      {}
func (deps) StopTestLog() error                          { return nil }
func (deps) WriteProfileTo(string, io.Writer, int) error { return errUnsupported }
func (deps) CoordinateFuzzing(time.Duration, int64, time.Duration, int64, int, []corpusEntry, []reflect.Type, string, string) error {
	return errUnsupported
}
func (deps) RunFuzzWorker(func(corpusEntry) error) error              { return errUnsupported }
func (deps) ReadCorpus(string, []reflect.Type) ([]corpusEntry, error) { return nil, errUnsupported }
func (deps) CheckCorpus([]any, []reflect.Type) error                  { return nil }
func (deps) ResetCoverage()                                           {}
func (deps) SnapshotCoverage()                                        {}
func (deps) InitRuntimeCoverage() (mode string, tearDown func(string, string) (string, error), snapcov func() float64) {
	return
}
