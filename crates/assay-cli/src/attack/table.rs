//! The attacks: each a real program, its limits, and the only outcomes that are safe.

use assay_sandbox::Killed;

/// One attack.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attack {
    /// What it is called.
    pub(crate) name: &'static str,
    /// What it tries.
    pub(crate) tries: &'static str,
    /// What runs.
    pub(crate) program: Program,
    /// As `assay box --limits` takes them.
    pub(crate) limits: &'static str,
    /// What must come of it.
    pub(crate) safe: Safe,
}

/// The text of a program.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Program {
    /// C, linked statically.
    C(&'static str),
    /// Two in C that run at the same time; the second is judged.
    Pair(&'static str, &'static str),
    /// Go.
    Go(&'static str),
    /// Go with the race detector.
    Race(&'static str),
    /// Go that is only compiled; the second text so many times after the first.
    Compile(&'static str, &'static str, usize),
}

/// What is safe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Safe {
    /// It came to its end, and nothing that it tried went through.
    Held,
    /// A limit ended it, one of these.
    Ended(&'static [Killed]),
    /// It was refused processes or threads; how it ended then is its own affair.
    Refused,
    /// It ended with this code, for the reason that its standard error gives.
    Said(i32, &'static str),
    /// One of the two.
    Either(&'static Safe, &'static Safe),
    /// The compiler refused it, or was ended by a limit.
    NotBuilt,
}

macro_rules! source {
    ($name:literal) => {
        include_str!(concat!("../../../../tests/attacks/programs/", $name))
    };
}

/// In front of every program in C.
pub(crate) const PRELUDE: &str = source!("attack.h");
/// Not an attack: sees whether the place is as if it were the first to run there.
pub(crate) const CLEAN: &str = source!("clean.c");
/// Time for a program that comes to its end by itself, on a busy machine.
const AMPLE: &str = "wall=30,cpu=20";
const TIME: &[Killed] = &[Killed::Wall, Killed::Cpu];

const fn attack(
    name: &'static str,
    tries: &'static str,
    program: Program,
    limits: &'static str,
    safe: Safe,
) -> Attack {
    Attack { name, tries, program, limits, safe }
}

use Program::{C, Compile, Go, Pair, Race};
use Safe::{Either, Ended, Held, NotBuilt, Refused, Said};

/// All of them.
pub(crate) const ATTACKS: &[Attack] = &[
    attack("fork-bomb", "processes without end", C(source!("fork-bomb.c")), "wall=0.8", Ended(TIME)),
    attack("daemons", "daemons that outlive the run", C(source!("daemons.c")), AMPLE, Held),
    attack("zombies", "dead children nobody waits for", C(source!("zombies.c")), AMPLE, Held),
    attack(
        "go-processes",
        "a Go program that starts itself",
        Go(source!("processes.go")),
        // Memory for as many as there may be: the limit of memory is another attack's.
        "wall=1.5,memory=2048m",
        // Its own runtime may be the one that gets no thread.
        Either(&Ended(TIME), &Said(2, "failed to create new OS thread")),
    ),
    attack(
        "memory",
        "all memory",
        C(source!("memory-bomb.c")),
        "wall=30,memory=64m",
        Ended(&[Killed::Memory]),
    ),
    attack(
        "memory-children",
        "all memory, by many processes",
        C(source!("memory-children.c")),
        "wall=30,memory=128m",
        Ended(&[Killed::Memory]),
    ),
    attack(
        "memory-files",
        "all memory, by files in memory",
        C(source!("memory-files.c")),
        "wall=30,memory=64m",
        Ended(&[Killed::Memory]),
    ),
    attack(
        "memory-shared",
        "all memory, by shared mappings",
        C(source!("memory-shared.c")),
        "wall=30,memory=64m",
        Ended(&[Killed::Memory]),
    ),
    attack(
        "go-memory",
        "all memory, from Go",
        Go(source!("memory.go")),
        "wall=30,memory=128m",
        Ended(&[Killed::Memory]),
    ),
    attack(
        "race-memory",
        "all memory, under the race detector",
        Race(source!("memory.go")),
        "wall=30,memory=256m",
        Ended(&[Killed::Memory]),
    ),
    attack(
        "goroutines",
        "goroutines without end",
        Go(source!("goroutines.go")),
        "wall=60,cpu=60,memory=128m",
        Ended(&[Killed::Memory]),
    ),
    attack("threads", "threads without end", C(source!("thread-bomb.c")), AMPLE, Refused),
    attack("go-threads", "threads without end, from Go", Go(source!("threads.go")), AMPLE, Refused),
    attack(
        "race-goroutines",
        "goroutines without end, under the race detector",
        Race(source!("goroutines.go")),
        "wall=60,cpu=60,memory=256m",
        Ended(&[Killed::Memory]),
    ),
    attack(
        "race-report",
        "a race, which ends with the same code as the detector's own failure",
        Race(source!("race.go")),
        AMPLE,
        Said(66, "DATA RACE"),
    ),
    attack(
        "flood",
        "output without end or newline",
        C(source!("flood.c")),
        "wall=30,output=1m",
        Ended(&[Killed::Output]),
    ),
    attack(
        "go-flood",
        "errors without end, from Go",
        Go(source!("flood.go")),
        "wall=30,output=64k",
        Ended(&[Killed::Output]),
    ),
    attack(
        "disk",
        "disk, names, and places that must not be written",
        C(source!("fill-disk.c")),
        AMPLE,
        Held,
    ),
    attack("sleep", "waiting", C(source!("sleep.c")), "wall=0.4", Ended(&[Killed::Wall])),
    attack("spin", "a busy loop", C(source!("spin.c")), "wall=30,cpu=0.3", Ended(&[Killed::Cpu])),
    attack(
        "spin-children",
        "many short busy loops",
        C(source!("spin-children.c")),
        "wall=30,cpu=0.3",
        Ended(&[Killed::Cpu]),
    ),
    attack("go-spin", "busy goroutines", Go(source!("spin.go")), "wall=30,cpu=0.3", Ended(&[Killed::Cpu])),
    attack(
        "deaf",
        "every signal ignored",
        C(source!("ignore-signals.c")),
        "wall=0.4",
        Ended(&[Killed::Wall]),
    ),
    attack(
        "go-deaf",
        "every signal ignored, from Go",
        Go(source!("timers.go")),
        "wall=0.4",
        Ended(&[Killed::Wall]),
    ),
    attack(
        "stop",
        "stopping itself and its parent",
        C(source!("stop.c")),
        "wall=0.4",
        Ended(&[Killed::Wall]),
    ),
    attack("network", "loopback, metadata, name servers, odd families", C(source!("network.c")), AMPLE, Held),
    attack("go-reach", "network, files and processes by Go's library", Go(source!("reach.go")), AMPLE, Held),
    attack("calls", "dangerous system calls", C(source!("syscalls.c")), AMPLE, Held),
    attack("foreign-calls", "the same by other call tables", C(source!("foreign-calls.c")), AMPLE, Held),
    attack("secrets", "files, environment and kernel of the host", C(source!("secrets.c")), AMPLE, Held),
    attack("links", "links where the host takes its output from", C(source!("output-links.c")), AMPLE, Held),
    attack("signals", "terminal and signals to everybody", C(source!("signals.c")), AMPLE, Held),
    attack(
        "talk",
        "two runs that talk to each other",
        Pair(source!("leave.c"), source!("look.c")),
        AMPLE,
        Held,
    ),
    attack(
        "compile-array",
        "a compiler's memory, by an array",
        Compile(source!("bombs/array.go"), "", 0),
        "",
        NotBuilt,
    ),
    attack(
        "compile-structs",
        "a compiler's time, by doubling",
        Compile(source!("bombs/structs.go"), "", 0),
        "",
        NotBuilt,
    ),
    attack(
        "compile-generics",
        "a compiler's time, by generic recursion",
        Compile(source!("bombs/generics.go"), "", 0),
        "",
        NotBuilt,
    ),
    attack(
        "compile-constants",
        "a compiler's arithmetic",
        Compile(source!("bombs/constants.go"), "", 0),
        "",
        NotBuilt,
    ),
    attack(
        "compile-errors",
        "messages without end",
        Compile("package main\n", "var _ = undefined_name_that_is_long_enough_to_be_a_burden\n", 200_000),
        "",
        NotBuilt,
    ),
];
