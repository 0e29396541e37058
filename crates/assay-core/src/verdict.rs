use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a grading says about a submission: one closed set, worst first, so that `min` of several is the one to give.
///
/// A fault of ours is never one of these; it is a [`crate::Fault`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Verdict {
    /// Policy: a file, import or directive that is not allowed.
    Rejected,
    /// The Go compiler or linker refused it.
    CompileError,
    /// The record of the run does not add up: something other than the tests spoke.
    Tampered,
    /// More memory than the exercise allows.
    MemoryLimit,
    /// More output than is kept.
    OutputLimit,
    /// CPU or wall time is up.
    TimeLimit,
    /// Goroutines wait for each other for ever: all of them, or some.
    Deadlock,
    /// A panic or a fatal error of the runtime ended the process.
    Panic,
    /// The race detector saw two unordered accesses.
    DataRace,
    /// A test failed.
    Failed,
    /// Something the package started is still there afterwards.
    Leak,
    /// Allocations, bytes or time over what the exercise allows.
    Budget,
    /// Passed some repetitions and not others.
    Flaky,
    /// Everything holds.
    Accepted,
}

impl Verdict {
    /// All verdicts, worst first.
    pub const ALL: [Verdict; 14] = [
        Verdict::Rejected,
        Verdict::CompileError,
        Verdict::Tampered,
        Verdict::MemoryLimit,
        Verdict::OutputLimit,
        Verdict::TimeLimit,
        Verdict::Deadlock,
        Verdict::Panic,
        Verdict::DataRace,
        Verdict::Failed,
        Verdict::Leak,
        Verdict::Budget,
        Verdict::Flaky,
        Verdict::Accepted,
    ];

    /// The name as it stands in reports and on pages, e.g. `DataRace`.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Rejected => "Rejected",
            Verdict::CompileError => "CompileError",
            Verdict::Tampered => "Tampered",
            Verdict::MemoryLimit => "MemoryLimit",
            Verdict::OutputLimit => "OutputLimit",
            Verdict::TimeLimit => "TimeLimit",
            Verdict::Deadlock => "Deadlock",
            Verdict::Panic => "Panic",
            Verdict::DataRace => "DataRace",
            Verdict::Failed => "Failed",
            Verdict::Leak => "Leak",
            Verdict::Budget => "Budget",
            Verdict::Flaky => "Flaky",
            Verdict::Accepted => "Accepted",
        }
    }

    /// The shape that stands beside the name, so that colour is never the only sign.
    pub fn mark(self) -> char {
        match self {
            Verdict::Accepted => '●',
            Verdict::Failed | Verdict::Panic => '✕',
            Verdict::DataRace => '⇄',
            Verdict::Deadlock => '⋈',
            Verdict::Leak => '⌇',
            Verdict::TimeLimit | Verdict::MemoryLimit | Verdict::OutputLimit | Verdict::Budget => '▲',
            Verdict::Rejected | Verdict::CompileError | Verdict::Tampered => '⊘',
            Verdict::Flaky => '≈',
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worst_is_the_minimum_and_names_are_the_wire_form() {
        assert_eq!(
            [Verdict::Accepted, Verdict::DataRace, Verdict::Failed].into_iter().min(),
            Some(Verdict::DataRace)
        );
        assert!(Verdict::ALL.windows(2).all(|w| w[0] < w[1]));
        for v in Verdict::ALL {
            assert_eq!(serde_json::to_string(&v).unwrap(), format!("\"{}\"", v.name()));
        }
    }
}
