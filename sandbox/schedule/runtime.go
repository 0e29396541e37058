// Schedule perturbation: this file joins package runtime in the perturbed flavours of the standard library.
//
// ASSAY_SCHEDULE=<mode>:<seed> turns it on for one process. Mode "coin" yields with chance 1/4 at channel, select and lock operations and
// turns the run queue by a random amount. Mode "pct" gives each goroutine a random priority, always runs the highest that is ready, and at
// a few random steps drops the one that runs to the bottom (Burckhardt et al., "A Randomized Scheduler with Probabilistic
// Guarantees of Finding Bugs", ASPLOS 2010). Mode "delay" holds a goroutine back for a while at a few operations, as a loaded machine
// does: what only a sleep orders comes out of order. Without the variable everything is as in the stock runtime.

package runtime

import (
	"internal/runtime/atomic"
	_ "unsafe" // for linkname
)

const (
	scheduleOff = iota
	scheduleCoin
	schedulePCT
	scheduleDelay
)

// pctDepth-1 is the number of change points: a bug that needs d ordering constraints is found with a chance of at least
// 1/(goroutines × steps^(d-1)) a run. How many steps a program takes is not known, so the seed draws over how many the points are strewn,
// from 16 to 2048.
const pctDepth = 4

// The seed draws how long a delay is at most, from 0.2 to 3.2 ms, and a program is held back maxDelays times at most.
const (
	leastDelay = 200_000 // ns
	maxDelays  = 24
)

var assaySchedule struct {
	mode    int32
	state   atomic.Uint64
	steps   atomic.Uint32
	span    uint32 // of steps, for the change points
	longest int64  // delay, ns
	changes [pctDepth - 1]uint32
	lowest  atomic.Uint32
}

// assayScheduleInit reads the environment; called once, before any goroutine of the program exists.
func assayScheduleInit() {
	text := gogetenv("ASSAY_SCHEDULE")
	mode, seed := int32(scheduleOff), uint64(0)
	for i := 0; i < len(text); i++ {
		if text[i] == ':' {
			switch text[:i] {
			case "coin":
				mode = scheduleCoin
			case "pct":
				mode = schedulePCT
			case "delay":
				mode = scheduleDelay
			}
			for _, digit := range []byte(text[i+1:]) {
				seed = seed*10 + uint64(digit-'0')
			}
			break
		}
	}
	assaySchedule.state.Store(seed)
	assaySchedule.span = 16 << (assayRandom() % 8)
	assaySchedule.longest = leastDelay << (assayRandom() % 5)
	for i := range assaySchedule.changes {
		assaySchedule.changes[i] = assayRandom() % assaySchedule.span
	}
	assaySchedule.lowest.Store(1 << 16)
	assaySchedule.mode = mode
}

// assayRandom is SplitMix64: the seed decides everything that one thread draws.
//
//go:nosplit
func assayRandom() uint32 {
	z := assaySchedule.state.Add(-0x61c8864680b583eb) // 0x9e3779b97f4a7c15 as a signed number
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return uint32((z ^ (z >> 31)) >> 32)
}

// assayYield is a place where another goroutine may go first.
//
//go:linkname assayYield
func assayYield() {
	mode := assaySchedule.mode
	if mode == scheduleOff || !mainStarted {
		return
	}
	gp := getg()
	mp := gp.m
	if gp == mp.g0 || gp == mp.gsignal || mp.locks != 0 || mp.mallocing != 0 || mp.preemptoff != "" || mp.p == 0 || mp.curg != gp || gp.lockedm != 0 {
		return
	}
	switch mode {
	case scheduleCoin:
		if assayRandom()&3 != 0 {
			return
		}
	case schedulePCT:
		step := assaySchedule.steps.Add(1) % assaySchedule.span
		for _, change := range assaySchedule.changes {
			if step == change {
				gp.assayPriority = assaySchedule.lowest.Add(-1)
			}
		}
		if gp.assayPriority == 0 {
			gp.assayPriority = 1<<16 + assayRandom()>>8
		}
	case scheduleDelay:
		if assayRandom()&15 != 0 || assaySchedule.steps.Add(1) > maxDelays {
			return
		}
		// Not a sleep: that would move the clock of a bubble.
		for end := nanotime() + int64(assayRandom())%assaySchedule.longest; nanotime() < end; {
			goyield()
		}
		return
	}
	goyield()
}

// assayLastWords is called when a box without signals lets a wait fail, because a limit has passed: what is written is what SIGQUIT would have
// the runtime write, so that it is read in the same way.
func assayLastWords() {
	print("SIGQUIT: quit\n")
	tracebackothers(getg())
	exit(2)
}

// assayTurn moves waiting goroutines from the head of the local run queue to its tail: a random number of them, or until the one of
// highest priority is first. Only the owner of pp calls it; thieves take from the head, which stays valid throughout.
func assayTurn(pp *p) {
	mode := assaySchedule.mode
	if mode == scheduleOff || mode == scheduleDelay || !mainStarted {
		return
	}
	if next := pp.runnext; next != 0 && pp.runnext.cas(next, 0) {
		runqput(pp, next.ptr(), false)
	}
	head := atomic.LoadAcq(&pp.runqhead) // once: counted from an older head, the last places would lie beyond the tail
	n := pp.runqtail - head
	if n < 2 || n > 64 {
		return
	}
	turns := uint32(0)
	if mode == scheduleCoin {
		turns = assayRandom() % n
	} else {
		best := uint32(0)
		for i := uint32(0); i < n; i++ {
			gp := pp.runq[(head+i)%uint32(len(pp.runq))].ptr()
			if gp.assayPriority == 0 {
				gp.assayPriority = 1<<16 + assayRandom()>>8
			}
			if gp.assayPriority > best {
				best, turns = gp.assayPriority, i
			}
		}
	}
	for ; turns > 0; turns-- {
		head := atomic.LoadAcq(&pp.runqhead)
		if head == pp.runqtail {
			return
		}
		gp := pp.runq[head%uint32(len(pp.runq))].ptr()
		if !atomic.CasRel(&pp.runqhead, head, head+1) {
			return
		}
		runqput(pp, gp, false)
	}
}
