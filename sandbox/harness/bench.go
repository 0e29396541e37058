package harness

import (
	"flag"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"
)

// measured are the benchmarks that the host may ask for instead of tests, and the folder that the candidate's files were compiled in.
var measured struct {
	own   string
	table []testing.InternalBenchmark
}

// Benchmarks says what there is to measure.
func Benchmarks(own string, table []testing.InternalBenchmark) {
	measured.own, measured.table = own, table
}

// costs keeps what the control allocates.
var costs [2]*[64]byte

// costly costs two allocations of 64 bytes and some arithmetic an iteration. The host knows it by its place after the benchmarks: where it
// costs less, or far less time than in another process, the figures are not what they seem.
var costly = testing.InternalBenchmark{Name: "BenchmarkThatCosts", F: func(b *testing.B) {
	x := uint64(b.N)
	for range b.N {
		for range 300 {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
		}
		costs[0], costs[1] = new([64]byte), new([64]byte)
		costs[x%2][0] = byte(x)
	}
}}

// measure answers for benchmarks until it is told to stop. What is asked for is a number of iterations; each answer says how much processor
// time the process has had so far.
func (t talk) measure(words []string) {
	table := append(slices.Clone(measured.table), costly)
	order := permutation(words, len(table))
	set("test.bench", ".")
	watch := watch{own: measured.own, charged: map[string]bool{}}
	for {
		words := t.challenge()
		switch {
		case len(words) == 4 && words[0] == "bench":
			slot, err := strconv.Atoi(words[1])
			if err != nil || slot < 0 || slot >= len(order) {
				os.Exit(3)
			}
			spent, passed := iterate(table[order[slot]], words[2])
			// What the benchmark put off until after its end is waited for, and counts.
			count, dump := watch.leaked()
			t.reply("cost", words[1], words[3], word(passed, false), strconv.Itoa(spent.iterations), strconv.FormatUint(spent.allocs, 10),
				strconv.FormatUint(spent.bytes, 10), strconv.FormatInt(processor(), 10), strconv.Itoa(count), dump)
		case len(words) == 2 && words[0] == "seal":
			t.reply("sealed", words[1])
			os.Exit(0)
		default:
			os.Exit(3)
		}
	}
}

// cost is what a benchmark allocated in one go.
type cost struct {
	iterations    int
	allocs, bytes uint64
}

// iterate has the testing package run a benchmark for so many iterations. It runs the function once more before, unless that loops by
// b.Loop; what counts is the last time.
func iterate(benchmark testing.InternalBenchmark, iterations string) (last cost, passed bool) {
	set("test.benchtime", iterations+"x")
	counted := testing.InternalBenchmark{Name: benchmark.Name, F: func(b *testing.B) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		benchmark.F(b)
		runtime.ReadMemStats(&after)
		last = cost{b.N, after.Mallocs - before.Mallocs, after.TotalAlloc - before.TotalAlloc}
	}}
	passed = testing.MainStart(deps{}, nil, []testing.InternalBenchmark{counted}, nil, nil).Run() == 0
	return last, passed
}

func set(name, value string) {
	if flag.CommandLine.Set(name, value) != nil {
		os.Exit(3)
	}
}
