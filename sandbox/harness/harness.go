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
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
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
	challenges := bufio.NewReader(os.NewFile(challengeFD, "challenges"))
	replies := os.NewFile(replyFD, "replies")
	ignoreArguments()

	leaky := 0
	fmt.Fprintln(replies, "ready", len(tests))
	for {
		line, err := challenges.ReadString('\n')
		if err != nil {
			os.Exit(3) // the host has gone
		}
		words := strings.Fields(line)
		switch {
		case len(words) == 3 && words[0] == "run":
			i, err := strconv.Atoi(words[1])
			if err != nil || i < 0 || i >= len(tests) {
				os.Exit(3)
			}
			before := goroutinesOf(own)
			start := time.Now()
			passed, skipped := run(tests[i])
			took := time.Since(start)
			patience := settle
			if leaky >= 2 {
				patience = hastySettle
			}
			count, dump := leaked(own, before, patience)
			if count > 0 {
				leaky++
			}
			fmt.Fprintln(replies, "res", words[1], words[2], word(passed, skipped), took.Microseconds(), count, dump)
		case len(words) == 2 && words[0] == "seal":
			fmt.Fprintln(replies, "sealed", words[1])
			os.Exit(0)
		default:
			os.Exit(3)
		}
	}
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

// leaked waits up to patience for the goroutines of own to go and returns how many did not, with their stacks.
func leaked(own string, before map[string]string, patience time.Duration) (int, string) {
	deadline := time.Now().Add(patience)
	for pause := 100 * time.Microsecond; ; pause = min(2*pause, 20*time.Millisecond) {
		left := goroutinesOf(own)
		for id := range before {
			delete(left, id)
		}
		if len(left) == 0 {
			return 0, "-"
		}
		if time.Now().After(deadline) {
			var dump strings.Builder
			for _, stack := range left {
				if dump.Len()+len(stack) < maxDump {
					dump.WriteString(stack + "\n\n")
				}
			}
			return len(left), hex.EncodeToString([]byte(dump.String()))
		}
		time.Sleep(pause)
	}
}

// goroutinesOf returns the goroutines that run code of the folder own or were created by it: number to stack. Foreign tests may call such
// code in goroutines of theirs, so there only the creator counts.
func goroutinesOf(own string) map[string]string {
	buf := make([]byte, 64<<10)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 2*len(buf))
	}
	found := map[string]string{}
	for _, stack := range bytes.Split(buf, []byte("\n\n")) {
		text := string(stack)
		if id, ok := strings.CutPrefix(text, "goroutine "); ok && inStack(telling(text), own) {
			found[strings.Fields(id)[0]] = strings.TrimSpace(text)
		}
	}
	return found
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
