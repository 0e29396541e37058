//! Plan, run, judge: one way of grading for the command line, the server, `prove` and regrade.

mod prove;

use std::sync::Arc;

use assay_content::Exercise;
use assay_core::{Event, Fault, Report, Submission};
use assay_go::Go;
use assay_sandbox::Sandbox;

pub use prove::{Finding, Graded, Proof, Role, compare, failed_tests, prove};

/// Which tests a grading runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scope {
    /// Visible and hidden tests, every pass.
    #[default]
    All,
    /// Only the tests that the candidate can read.
    Visible,
}

/// What the caller chooses for one grading.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Where every random choice comes from; a new one when none is given.
    pub seed: Option<u64>,
    /// Which tests.
    pub scope: Scope,
}

/// Grades submissions with one toolchain in one sandbox. Cheap to clone, shared between threads.
#[derive(Clone)]
pub struct Grader {
    #[expect(dead_code)]
    go: Arc<Go>,
    #[expect(dead_code)]
    sandbox: Arc<dyn Sandbox>,
}

impl Grader {
    /// A grader.
    pub fn new(go: Arc<Go>, sandbox: Arc<dyn Sandbox>) -> Grader {
        Grader { go, sandbox }
    }

    /// Grade `submission`. Blocks; `emit` gets `Step`, `Plan` and `Test` events as they happen, from several threads.
    /// `Queued`, `Started`, `Finished` and `Faulted` are the caller's to send.
    pub fn grade(
        &self,
        exercise: &Exercise,
        submission: &Submission,
        options: Options,
        emit: &(dyn Fn(Event) + Sync),
    ) -> Result<Report, Fault> {
        let _ = (exercise, submission, options, emit);
        Err(Fault::new("not built yet"))
    }
}
