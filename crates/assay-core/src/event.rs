use serde::{Deserialize, Serialize};

use crate::{Evidence, PassName, Report, TestStatus};

/// A stage of a grading, for progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Reading the files against the policy.
    Screen,
    /// Compiling and linking.
    Build,
    /// Running the plain pass.
    Plain,
    /// Running the race pass.
    Race,
    /// Running under perturbed schedules.
    Stress,
    /// Running once more to see what a run looks like.
    Observe,
    /// Measuring benchmarks.
    Bench,
    /// Weighing what was found.
    Judge,
}

/// What happens to one submission, in order. A stream of these ends with exactly one `Finished`, `Faulted` or `Canceled`; terminal,
/// page and tests fold the same stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It waits; `position` 1 is next.
    Queued {
        /// Place in the queue, from 1.
        position: usize,
    },
    /// A grader has it. `attempt` counts from 1.
    Started {
        /// Which try this is; more than 1 after a fault of ours.
        attempt: u32,
    },
    /// A stage begins. Stages of the two passes may overlap.
    Step {
        /// Which.
        step: Step,
    },
    /// The tests that a pass will run, in order.
    Plan {
        /// Which pass.
        pass: PassName,
        /// Their names.
        tests: Vec<String>,
    },
    /// One test of one pass is done for now (a later repetition may make it worse).
    Test {
        /// Which pass.
        pass: PassName,
        /// Which test.
        name: String,
        /// How it ended.
        status: TestStatus,
        /// Milliseconds.
        duration_ms: u64,
    },
    /// The first thing that a pass showed, while the rest still runs: for whoever waits. Only the report weighs it; a repetition may
    /// clear a test of it.
    Evidence {
        /// Which pass.
        pass: PassName,
        /// What it showed.
        evidence: Box<Evidence>,
    },
    /// The verdict: always the last.
    Finished {
        /// All of it.
        report: Box<Report>,
    },
    /// Our fault, and no more tries: always the last. The attempt is not charged.
    Faulted {
        /// What happened, for the candidate: never internals.
        message: String,
    },
    /// It was called back before there was a verdict: always the last.
    Canceled,
}

impl Event {
    /// Whether nothing follows.
    pub fn is_last(&self) -> bool {
        matches!(self, Event::Finished { .. } | Event::Faulted { .. } | Event::Canceled)
    }
}

/// An event with its number in the submission's stream, from 1, so that a reader can go on from where it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// Number, from 1, without gaps.
    pub seq: u64,
    /// The event.
    #[serde(flatten)]
    pub event: Event,
}
