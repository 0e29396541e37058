// Package main runs tests to look at them, not to judge them: `runtime/trace` goes to descriptor 10 as it comes, a CPU profile to
// descriptor 11, a profile of allocations to descriptor 12. The list of tests is a file of its own beside this one.
//
// Everything here shares its process with the candidate's code, so nothing that it writes decides anything.
package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"sync"
	"syscall"
	"testing"
	"time"

	"assay.test/internal/harness"
)

const (
	traceFD  = 10
	cpuFD    = 11
	allocsFD = 12
	// enoughTrace is when tracing stops, bytes: some 500,000 events, far more than a picture can hold. What is in the tracer's buffers
	// still follows.
	enoughTrace = 2 << 20
	// mostOutput is under the size that an output may have, bytes: passing that would end the process.
	mostOutput = 15 << 20
	// enoughCPU gives some 30 samples.
	enoughCPU = 300 * time.Millisecond
	// fewSamples of CPU time are not worth another round.
	fewSamples = 30 * time.Millisecond
	// afterwards lets goroutines that the tests leave behind come to rest.
	afterwards = 2 * time.Millisecond
	// unfinished is the exit code when the tests had not ended in time.
	unfinished = 4
)

// observe runs tests up to three times over: once under the tracer, once counting allocations, and for the CPU profile as often as it
// takes. patience is what one time may take, most all of them together.
func observe(tests []testing.InternalTest, patience, most time.Duration) {
	silence()
	o := observer{tests: marked(tests), patience: patience, deadline: time.Now().Add(most)}
	runtime.MemProfileRate = 0
	var cpu bytes.Buffer
	used, ended := o.traced(&cpu)
	// Two rounds at once would be nobody's run: where one does not end, there is no other.
	if ended && o.allocations() && used < enoughCPU {
		cpu.Reset()
		o.repeated(&cpu)
	}
	(&bounded{file: os.NewFile(cpuFD, "cpu"), left: mostOutput}).Write(cpu.Bytes())
	if !ended {
		os.Exit(unfinished)
	}
	os.Exit(0)
}

type observer struct {
	tests    []testing.InternalTest
	patience time.Duration
	deadline time.Time
}

// traced runs the tests once under the tracer and the CPU profiler. It says how much CPU that took, and whether they ended.
func (o *observer) traced(cpu io.Writer) (time.Duration, bool) {
	full := make(chan struct{})
	out := &bounded{file: os.NewFile(traceFD, "trace"), left: mostOutput, enough: enoughTrace, full: full}
	before := spent()
	if trace.Start(out) != nil || pprof.StartCPUProfile(cpu) != nil {
		os.Exit(3)
	}
	done, late := o.round(), time.After(o.patience)
	ended := false
	select {
	case <-done:
		ended = true
		time.Sleep(afterwards)
	case <-late:
	case <-full:
		trace.Log(context.Background(), "assay", "full")
		trace.Stop()
		select {
		case <-done:
			ended = true
		case <-late:
		}
	}
	trace.Stop()
	pprof.StopCPUProfile()
	return spent() - before, ended
}

// allocations counts every allocation of one round, and says whether that ended.
func (o *observer) allocations() bool {
	runtime.MemProfileRate = 1
	defer func() { runtime.MemProfileRate = 0 }()
	if !o.finished(o.round()) {
		return false
	}
	runtime.GC() // the profile shows what was allocated until the last one
	pprof.Lookup("allocs").WriteTo(&bounded{file: os.NewFile(allocsFD, "allocs"), left: mostOutput}, 0)
	return true
}

// repeated runs the tests under the CPU profiler until that has enough samples, or never will.
func (o *observer) repeated(cpu io.Writer) {
	if pprof.StartCPUProfile(cpu) != nil {
		return
	}
	defer pprof.StopCPUProfile()
	begun, before := time.Now(), spent()
	for o.finished(o.round()) {
		used, took, left := spent()-before, time.Since(begun), time.Until(o.deadline)
		if used >= enoughCPU || left < 0 || used+time.Duration(float64(used)/float64(took)*float64(left)) < fewSamples {
			return
		}
	}
}

// round runs every test once; the channel is closed when they have ended.
func (o *observer) round() <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		harness.Once(o.tests)
	}()
	return done
}

func (o *observer) finished(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	case <-time.After(min(o.patience, time.Until(o.deadline))):
		return false
	}
}

// marked gives every test a region of its name, by which the reader of the trace knows when it ran.
func marked(tests []testing.InternalTest) []testing.InternalTest {
	var marked []testing.InternalTest
	for _, test := range tests {
		marked = append(marked, testing.InternalTest{Name: test.Name, F: func(t *testing.T) {
			defer trace.StartRegion(context.Background(), test.Name).End()
			test.F(t)
		}})
	}
	return marked
}

// silence lets go of what the tests print: many rounds print it many times, and the passes have kept it.
func silence() {
	null, err := syscall.Open("/dev/null", syscall.O_WRONLY, 0)
	if err != nil {
		return
	}
	syscall.Dup3(null, 1, 0)
	syscall.Dup3(null, 2, 0)
}

// spent is the CPU time of this process until now.
func spent() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// bounded writes to file until left is used up, and closes full once when enough has been written.
type bounded struct {
	file         *os.File
	left, enough int
	full         chan struct{}
	once         sync.Once
}

func (b *bounded) Write(data []byte) (int, error) {
	if len(data) > b.left {
		return 0, io.ErrShortWrite
	}
	b.left -= len(data)
	if b.full != nil && mostOutput-b.left > b.enough {
		b.once.Do(func() { close(b.full) })
	}
	return b.file.Write(data)
}
