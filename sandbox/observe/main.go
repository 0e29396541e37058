// Command observe reads what a run under the tracer and the profilers left behind and prints it as one JSON value.
//
// Its input lies in the files trace, cpu and allocs, each of which may be missing, cut or rubbish: it was written by a process with
// somebody else's code in it. So this runs in a box as well, every part is read by itself, and everything in the answer is bounded.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

type answer struct {
	Timeline *timeline `json:"timeline"`
	CPU      *profiled `json:"cpu"`
	Allocs   *profiled `json:"allocs"`
	// Unread says of each file that could not be read why.
	Unread map[string]string `json:"unread"`
}

func main() {
	a := answer{Unread: map[string]string{}}
	a.attempt("trace", func(data []byte) (err error) {
		a.Timeline, err = readTrace(data)
		return err
	})
	a.attempt("cpu", func(data []byte) (err error) {
		a.CPU, err = readProfile(data, "cpu", "ns")
		return err
	})
	a.attempt("allocs", func(data []byte) (err error) {
		a.Allocs, err = readProfile(data, "alloc_space", "bytes")
		return err
	})
	if err := json.NewEncoder(os.Stdout).Encode(a); err != nil {
		fmt.Fprintln(os.Stderr, "observe:", err)
		os.Exit(2)
	}
}

// attempt reads one file. The parsers of the standard library expect what the runtime writes and may panic on anything else.
func (a *answer) attempt(name string, read func([]byte) error) {
	data, err := os.ReadFile(name)
	if err != nil || len(data) == 0 {
		a.Unread[name] = "nothing was written"
		return
	}
	defer func() {
		if recover() != nil {
			a.Unread[name] = errRubbish.Error()
		}
	}()
	switch err := read(data); {
	case err == nil:
	case errors.Is(err, io.ErrUnexpectedEOF):
		a.Unread[name] = errCut.Error()
	case errors.Is(err, errCut), errors.Is(err, errIdle):
		a.Unread[name] = err.Error()
	default:
		a.Unread[name] = errRubbish.Error()
	}
}

var (
	errCut     = errors.New("the process ended before it was whole")
	errIdle    = errors.New("no test had begun")
	errRubbish = errors.New("it is not as Go writes it")
)
