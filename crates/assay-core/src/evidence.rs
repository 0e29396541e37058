use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place in a source file. `line` and `column` count from 1; `column` is 0 where the source gives none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// File name as the candidate knows it, e.g. `pool.go`.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 1; 0 when unknown.
    #[serde(default)]
    pub column: u32,
}

/// One frame of a stack, innermost first in a list of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Frame {
    /// Function as Go prints it, e.g. `pool.(*Pool).Submit`.
    pub function: String,
    /// Where.
    pub position: Position,
    /// Whether the frame lies in a file of the submission.
    pub own: bool,
}

/// One of the two sides of a data race.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Access {
    /// `read`, `write`, `atomic read` or `atomic write`.
    pub operation: String,
    /// `main` or the goroutine's number.
    pub goroutine: String,
    /// Stack of the access.
    pub stack: Vec<Frame>,
    /// Stack of the `go` statement that made the goroutine; empty for `main` or when the detector forgot it.
    pub created: Vec<Frame>,
}

/// Which end of a channel operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// `ch <- v`
    Send,
    /// `<-ch`
    Receive,
}

/// What a blocked goroutine waits on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaitsOn {
    /// The state as the runtime names it: `select`, `chan send`, `sync.Mutex.Lock`, …
    pub state: String,
    /// The operations as they stand in the source, e.g. `ab <- 1`; one for a plain operation, several for a `select`.
    pub operations: Vec<String>,
}

/// A place in the submission that could wake a goroutine: the other end of what it waits on, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waker {
    /// The operation as it stands in the source, e.g. `p.mu.Unlock()`.
    pub operation: String,
    /// Where.
    pub position: Position,
    /// Numbers of the goroutines of the same dump that are in that function: they could get there, if they did not wait themselves. The
    /// waiting one is among them only where it may hold the lock itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goroutines: Vec<u64>,
}

impl Waker {
    /// Who is on the way there, in words, for the goroutine `id` that waits.
    pub fn on_the_way(&self, id: u64) -> String {
        let name = |n: &u64| if *n == id { format!("{n} itself") } else { n.to_string() };
        match self.goroutines.as_slice() {
            [] => "nobody is on the way there".to_owned(),
            [one] => format!("goroutine {} is in that function", name(one)),
            [one, more @ ..] => {
                format!("goroutine {} and {} more are in that function", name(one), more.len())
            }
        }
    }
}

/// One goroutine of a dump.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Goroutine {
    /// The runtime's number.
    pub id: u64,
    /// What it waits on.
    pub waits_on: WaitsOn,
    /// What in the submission could wake it; with `goroutines` of each, the edges of the wait-for graph.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub woken_by: Vec<Waker>,
    /// For how long it has waited, in minutes, when the runtime says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u64>,
    /// Whether the runtime's leak profile found that no goroutine that can still run reaches what it waits on. The profile finds some of the
    /// leaks, so `false` says nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unreachable: bool,
    /// Its stack.
    pub stack: Vec<Frame>,
    /// Where it was created; none for the main goroutine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Frame>,
}

/// The proof behind a verdict, as data with places in the candidate's files. The raw text is beside it where there is
/// one, bounded to 64 KiB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
    /// The screener's refusal.
    Rejection {
        /// Where; none when it is about a file's name or the whole.
        position: Option<Position>,
        /// What and why, in words.
        reason: String,
    },
    /// One compiler message.
    CompileError {
        /// Where; none for the linker.
        position: Option<Position>,
        /// The compiler's words.
        message: String,
    },
    /// A test that failed.
    FailedTest {
        /// Pass in which it failed.
        pass: String,
        /// Test name.
        test: String,
        /// What the test said, its own lines only.
        message: String,
        /// Where the test said it, in a visible or hidden test file.
        position: Option<Position>,
        /// Got and want where the message has the form `got X, want Y`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        got: Option<String>,
        /// See `got`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        want: Option<String>,
    },
    /// A data race.
    Race {
        /// The test that ran, or empty for a program.
        test: String,
        /// The later access first, as the detector prints it.
        accesses: Vec<Access>,
        /// The sentence: who does what without order.
        sentence: String,
        /// The detector's report.
        raw: String,
    },
    /// Goroutines that wait for ever.
    Deadlock {
        /// The test that ran, or empty for a program.
        test: String,
        /// Whether every goroutine was asleep, or only some.
        total: bool,
        /// The sentence: who waits for whom.
        sentence: String,
        /// The waiting goroutines.
        goroutines: Vec<Goroutine>,
        /// The runtime's dump.
        raw: String,
    },
    /// A panic or fatal error.
    Panic {
        /// The test that ran, or empty.
        test: String,
        /// The panic's value or the runtime's message.
        message: String,
        /// Stack of the goroutine that panicked.
        stack: Vec<Frame>,
        /// The runtime's output.
        raw: String,
    },
    /// Goroutines that the package left behind.
    Leak {
        /// The test after which they were still there.
        test: String,
        /// The sentence: how many, created where, blocked where.
        sentence: String,
        /// The goroutines.
        goroutines: Vec<Goroutine>,
        /// The dump.
        raw: String,
    },
    /// A limit of the box that was passed.
    Limit {
        /// The test that ran, or empty.
        test: String,
        /// `wall`, `cpu`, `memory`, `output`, `processes`, …
        limit: String,
        /// What was allowed, with its unit.
        allowed: String,
        /// What was measured, with its unit, and the cause in words.
        measured: String,
        /// The goroutines at the limit, when a dump could be taken.
        goroutines: Vec<Goroutine>,
    },
    /// The record of a run that does not add up.
    Tamper {
        /// What was expected and what came.
        reason: String,
    },
    /// A phenomenon that an `exhibit` exercise asked for and that the run proved, or what was seen instead.
    Exhibit {
        /// Whether it was proven.
        proven: bool,
        /// What was seen, in words.
        sentence: String,
        /// Facts one by one, each a line.
        facts: Vec<String>,
    },
    /// A budget that was exceeded.
    Budget(crate::Figure),
    /// A test that failed and, run again in the same way, mostly passed.
    Flaky {
        /// Pass in which it failed.
        pass: String,
        /// Its name.
        test: String,
        /// Repetitions that passed.
        passed: u32,
        /// Repetitions in all.
        runs: u32,
        /// The verdict of those that did not.
        other: crate::Verdict,
        /// A seed that shows it.
        seed: u64,
    },
}

impl Evidence {
    /// The first thing to read of it, one line.
    pub fn headline(&self) -> String {
        let at =
            |p: &Option<Position>| p.as_ref().map(|p| format!("{}:{}: ", p.file, p.line)).unwrap_or_default();
        let first = |s: &str| s.lines().next().unwrap_or_default().to_owned();
        match self {
            Evidence::Rejection { position, reason } => format!("{}{reason}", at(position)),
            Evidence::CompileError { position, message } => format!("{}{}", at(position), first(message)),
            Evidence::FailedTest { test, message, .. } => format!("{test}: {}", first(message)),
            Evidence::Race { sentence, .. }
            | Evidence::Deadlock { sentence, .. }
            | Evidence::Leak { sentence, .. }
            | Evidence::Exhibit { sentence, .. } => sentence.clone(),
            Evidence::Panic { test, message, .. } if test.is_empty() => first(message),
            Evidence::Panic { test, message, .. } => format!("{test}: {}", first(message)),
            Evidence::Limit { limit, allowed, measured, .. } => {
                format!("{limit}: {measured}, allowed {allowed}")
            }
            Evidence::Tamper { reason } => reason.clone(),
            Evidence::Budget(figure) => figure.sentence(),
            Evidence::Flaky { pass, test, passed, runs, other, .. } => {
                format!("{test} passed {passed} of {runs} runs ({pass}), else {other}")
            }
        }
    }
}
