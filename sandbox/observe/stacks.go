package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"internal/profile"
	"io"
	"maps"
	"slices"
	"strings"
)

const (
	// mostStacks is how many different stacks are given on, those with the highest values.
	mostStacks = 500
	// mostFrames is how many frames of one stack are given on, from its root.
	mostFrames = 60
	// mostUnpacked bounds a profile, bytes: a small one can unpack to gigabytes.
	mostUnpacked = 32 << 20
)

// profiled is a profile as collapsed stacks.
type profiled struct {
	Unit string `json:"unit"` // ns or bytes
	// Total counts everything, what is left out too.
	Total int64 `json:"total"`
	// Elsewhere is what ran outside the candidate's code and the tests: the collector, the tracer, the harness.
	Elsewhere int64   `json:"elsewhere"`
	Stacks    []stack `json:"stacks"`
	Dropped   dropped `json:"dropped"`
}

type stack struct {
	Frames string `json:"frames"` // root first, separated by semicolons
	Value  int64  `json:"value"`
	Own    bool   `json:"own"` // whether code of the candidate's is on it
}

type dropped struct {
	Stacks int   `json:"stacks"`
	Value  int64 `json:"value"`
}

// readProfile reads the values of type kind.
func readProfile(data []byte, kind, unit string) (*profiled, error) {
	plain, err := unpacked(data)
	if err != nil {
		return nil, err
	}
	p, err := profile.Parse(bytes.NewReader(plain))
	if err != nil {
		return nil, err
	}
	column := slices.IndexFunc(p.SampleType, func(t *profile.ValueType) bool { return t.Type == kind })
	if column < 0 {
		return nil, errors.New("it holds no values of type " + kind)
	}
	found := profiled{Unit: unit, Stacks: []stack{}}
	merged := map[string]*stack{}
	for _, sample := range p.Sample {
		value := sample.Value[column]
		if value <= 0 {
			continue
		}
		found.Total += value
		frames, whose := collapsed(sample.Location)
		if whose == foreign {
			found.Elsewhere += value
			continue
		}
		if merged[frames] == nil {
			merged[frames] = &stack{Frames: frames, Own: whose == own}
		}
		merged[frames].Value += value
	}
	found.keep(slices.Collect(maps.Values(merged)))
	return &found, nil
}

func (p *profiled) keep(all []*stack) {
	slices.SortFunc(all, func(a, b *stack) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Frames, b.Frames))
	})
	for n, s := range all {
		if n < mostStacks {
			p.Stacks = append(p.Stacks, *s)
			continue
		}
		p.Dropped.Stacks++
		p.Dropped.Value += s.Value
	}
}

// collapsed joins the functions of a stack, root first, and says whose code is on it. What lies under the first of it,
// such as the testing package, is left out.
func collapsed(leafFirst []*profile.Location) (string, kind) {
	var frames []string
	whose := foreign
	for _, location := range slices.Backward(leafFirst) {
		for _, line := range slices.Backward(location.Line) {
			if line.Function == nil {
				continue
			}
			_, kind := located(line.Function.Filename)
			whose = max(whose, kind)
			if whose != foreign && len(frames) < mostFrames {
				frames = append(frames, called(line.Function.Name))
			}
		}
	}
	return strings.Join(frames, ";"), whose
}

func unpacked(data []byte) ([]byte, error) {
	if !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return data, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(z, mostUnpacked+1))
	if err == nil && len(plain) > mostUnpacked {
		err = errors.New("it unpacks to more than 32 MiB")
	}
	return plain, err
}
