//! What a worker is told, and what it tells. Both are short-lived and go between two copies of one binary, so they have no versions.

use serde::{Deserialize, Serialize};

use crate::{Killed, Limits, Usage};

/// Hidden first argument that makes the binary a worker.
pub(super) const ARGUMENT: &str = "__wasm-worker";

/// Names in the worker's box: what it is to do, and the module that it does it with.
pub(super) const ORDER: &str = "order";
pub(super) const MODULE: &str = "module";

/// What is to be done with the module.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Order {
    /// Compile it; the result goes to the output.
    Compile,
    /// Run it once, in conversation with the host; an [`Ending`] goes to the output.
    Run(Run),
    /// Run it with one seed after another; the [`Explored`]s of those that did not end well go to the output.
    Explore(Run, Seeds),
}

/// A program, apart from its module.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Run {
    pub(super) args: Vec<String>,
    pub(super) env: Vec<(String, String)>,
    /// Where its random bytes come from.
    pub(super) seed: u64,
    /// Whether it has descriptors 3 and 4.
    pub(super) dialogue: bool,
    /// Whether it may say something when its time is up.
    pub(super) last_words: bool,
    pub(super) limits: Limits,
}

/// Which runs to make of one program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seeds {
    /// The first seed.
    pub first: u64,
    /// How many, one after another.
    pub count: u64,
    /// The environment variable that holds the seed, with what stands before it: these words take turns, e.g. `coin:` and `pct:`.
    pub variable: (String, Vec<String>),
    /// All that the program is told on descriptor 3, in lines.
    pub script: Vec<u8>,
    /// What it must answer on descriptor 4 to have ended well, line by line; a `*` stands for any word.
    pub answers: Vec<String>,
    /// After so many bad ends no further run begins.
    pub enough: u64,
    /// Nor after so many milliseconds.
    pub millis: u64,
    /// Runs at once.
    pub threads: usize,
}

impl Seeds {
    /// The variable's text for a seed.
    pub fn value(&self, seed: u64) -> String {
        let words = &self.variable.1;
        let word = words.get(seed as usize % words.len().max(1)).map_or("", String::as_str);
        format!("{word}{seed}")
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ending {
    pub(super) how: How,
    /// Instructions.
    pub(super) fuel: u64,
    /// Nanoseconds by its own clock.
    pub(super) elapsed: u64,
    /// Those of them in which it waited.
    pub(super) waited: u64,
    /// Peak of its memory, bytes.
    pub(super) memory: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum How {
    /// It exited.
    Exit(i32),
    /// A limit ended it.
    Killed(Killed),
    /// It called itself until the stack was full.
    StackOverflow,
    /// It did what a module must not, in the runtime's words.
    Trap(String),
    /// It was not let in: no module, or one that wants what nobody gives.
    Refused(String),
}

/// What came of a row of seeds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exploration {
    /// Runs made.
    pub runs: u64,
    /// Those that did not end well, by seed.
    pub bad: Vec<Explored>,
    /// Milliseconds from the first run to the last.
    pub millis: u64,
    /// Instructions of all runs together.
    pub fuel: u64,
    /// What the worker used, as the box around it says.
    #[serde(skip)]
    pub usage: Usage,
}

/// A run that did not end well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explored {
    /// Its seed.
    pub seed: u64,
    /// Its exit code, if it exited.
    pub exit: Option<i32>,
    /// The limit that ended it, if one did.
    pub killed: Option<Killed>,
    /// Instructions until then.
    pub fuel: u64,
}
