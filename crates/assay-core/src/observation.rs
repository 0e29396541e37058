//! What a run looked like: goroutines over time, where the CPU and the memory went.
//!
//! All of it was written by the process that the candidate's code ran in. It is there to be looked at; no verdict depends on it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Position;

/// One more run of tests, looked at from inside. It is another run than those that were judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Observation {
    /// The tests that were run: the first that failed, else all, in source order.
    pub tests: Vec<String>,
    /// What is missing and why, and how the run ended if not well; a sentence each.
    pub notes: Vec<String>,
    /// From one run of the tests under Go's execution tracer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Timeline>,
    /// CPU time by stack, sampled 100 times a second of CPU while the tests were repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Profile>,
    /// Every allocation of one run of the tests, by stack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocs: Option<Profile>,
}

/// What goroutines did. All times are nanoseconds from the start of the first test; the tracer makes a run somewhat slower.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Timeline {
    /// Always 0.
    pub start_ns: u64,
    /// When tracing stopped.
    pub end_ns: u64,
    /// When the last of the goroutines shown changed its state: from there on nothing moved.
    pub still_ns: u64,
    /// Whether the trace ends before the run did, because the process ended or the trace got too large.
    pub cut: bool,
    /// When each test ran.
    pub tests: Vec<TestPeriod>,
    /// The goroutines, at most 200, in the order in which they began. Those of the runtime and the harness are not among them.
    pub lanes: Vec<Lane>,
    /// When the garbage collector ran beside the program; the last 200 times.
    pub gc: Vec<Period>,
    /// Who made whom runnable; the last 10,000.
    pub edges: Vec<Edge>,
    /// What there was no room for.
    pub dropped: DroppedLanes,
}

/// From when to when, in nanoseconds of the [`Timeline`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Period {
    /// Start.
    pub from: u64,
    /// End; that of the timeline when there was none.
    pub to: u64,
}

/// When a test ran.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestPeriod {
    /// Name of the Go function.
    pub name: String,
    /// Start, nanoseconds.
    pub from: u64,
    /// End, nanoseconds; that of the timeline when it did not end.
    pub to: u64,
}

/// One goroutine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lane {
    /// The runtime's number.
    pub goroutine: u64,
    /// What it runs: its outermost function that is the candidate's or the tests', or the test's name.
    pub name: String,
    /// Whether it began in the candidate's code: with a function of theirs, or by a `go` statement there.
    pub own: bool,
    /// The `go` statement in the candidate's code or in the tests'; none when it is neither's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Position>,
    /// The goroutine that created it; 0 when that is not known.
    pub created_by: u64,
    /// What it did, without gaps until its end. A goroutine whose last span reaches [`Timeline::end_ns`] was still there.
    pub spans: Vec<Span>,
}

/// A time in which a goroutine was in one state. All lanes together have at most 40,000: short ones are merged into their neighbours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// Start, nanoseconds.
    pub from: u64,
    /// End, nanoseconds.
    pub to: u64,
    /// In which state.
    pub state: LaneState,
    /// Why it waited, in the runtime's words, e.g. `chan send`, `select`, `sleep`, `sync.Mutex.Lock`; empty for other states.
    pub reason: String,
    /// Where it waited or was in a system call: the innermost place in the candidate's files, else in the tests'.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Position>,
}

/// What a goroutine was doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LaneState {
    /// On a processor.
    Running,
    /// Ready, without a processor.
    Runnable,
    /// Blocked.
    Waiting,
    /// In a system call.
    Syscall,
}

/// One goroutine made another runnable: by an operation that the other waited for, or by creating it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Edge {
    /// When, nanoseconds.
    pub at: u64,
    /// Which goroutine did.
    pub from: u64,
    /// Which one could go on.
    pub to: u64,
}

/// What a [`Timeline`] has no room for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DroppedLanes {
    /// Goroutines.
    pub lanes: u64,
    /// Spans, those that were merged into others among them.
    pub spans: u64,
    /// Edges.
    pub edges: u64,
}

/// Where something went, as collapsed stacks: the form that flame graphs are made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Profile {
    /// Of all values.
    pub unit: Unit,
    /// Everything that was counted.
    pub total: u64,
    /// The part outside the candidate's code and the tests: the collector, the scheduler, the tracer, the harness.
    pub elsewhere: u64,
    /// The rest by stack, the highest values first, at most 500.
    pub stacks: Vec<Stack>,
    /// What there was no room for.
    pub dropped: DroppedStacks,
}

/// What the values of a [`Profile`] count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Nanoseconds of CPU.
    Ns,
    /// Bytes allocated, freed ones among them.
    Bytes,
}

/// One stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stack {
    /// Functions from the outermost of the candidate's or the tests' to the innermost of all, separated by semicolons.
    pub frames: String,
    /// In the profile's unit.
    pub value: u64,
    /// Whether code of the candidate's is on it.
    pub own: bool,
}

/// What a [`Profile`] has no room for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DroppedStacks {
    /// Stacks.
    pub stacks: u64,
    /// Their values' sum.
    pub value: u64,
}
