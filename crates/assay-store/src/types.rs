use std::fmt;

use assay_core::{Report, Submission, SubmissionId, Verdict};

/// Which tests a submission asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scope {
    /// Visible and hidden tests.
    #[default]
    All,
    /// Only the tests that the candidate can read.
    Visible,
}

impl Scope {
    /// The name in the database and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Scope::All => "all",
            Scope::Visible => "visible",
        }
    }
}

/// What a submission is for. A class is graded before the next one begins, whoever waits there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Class {
    /// An assessment: somebody is on the clock.
    TakeHome = 0,
    /// Somebody practises and looks at the page.
    #[default]
    Practice = 1,
    /// What was graded before is graded again; nobody waits for it.
    Regrade = 2,
}

impl Class {
    /// The number in the database; the lowest goes first.
    pub(crate) fn number(self) -> i64 {
        self as i64
    }
}

/// Where a submission is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits for a grader.
    Queued,
    /// A grader has it.
    Running,
    /// There is a report.
    Finished,
    /// Faults of ours ended it; the attempt is not charged.
    Faulted,
}

impl State {
    /// The name in the database and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Running => "running",
            State::Finished => "finished",
            State::Faulted => "faulted",
        }
    }

    /// Whether nothing more will happen to it.
    pub fn is_over(self) -> bool {
        matches!(self, State::Finished | State::Faulted)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A submission that is to be graded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubmission {
    /// Exercise and files.
    pub submission: Submission,
    /// Version of the exercise at this moment.
    pub version: String,
    /// Who hands it in, in whatever words tell one from another; those who cannot be told apart share the empty one.
    pub owner: String,
    /// What it is for.
    pub class: Class,
    /// Which tests.
    pub scope: Scope,
    /// Seed to grade with; the grader takes a new one when none is given.
    pub seed: Option<u64>,
    /// The client's word for "this one submit": the same key gives the same id, however often it comes.
    pub idempotency_key: Option<String>,
    /// To be graded even when the same was graded before.
    pub fresh: bool,
}

/// What became of a submit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submitted {
    /// Its id.
    pub id: SubmissionId,
    /// Whether an earlier submit made it, with the same key or with the same answer.
    pub existed: bool,
}

/// What the store knows of one submission besides its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its id.
    pub id: SubmissionId,
    /// Name of the exercise, as it was then; the catalogue may no longer have it.
    pub exercise: String,
    /// Version of the exercise it was handed in for.
    pub version: String,
    /// Which tests.
    pub scope: Scope,
    /// Seed it asked for, or the one it was graded with once it is finished.
    pub seed: Option<u64>,
    /// When it was handed in: milliseconds since 1970 UTC.
    pub created_ms: i64,
    /// When it was over.
    pub finished_ms: Option<i64>,
    /// Where it is.
    pub state: State,
    /// How many tries began; 0 before the first.
    pub attempt: u32,
    /// Once it is finished.
    pub verdict: Option<Verdict>,
}

/// The right to write for a submission. It ends when someone else takes the submission: a write with an old fence
/// changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence {
    /// The submission.
    pub id: SubmissionId,
    /// Grows with every claim.
    pub number: u64,
}

/// A submission that is now ours to grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What every write for it must carry.
    pub fence: Fence,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// Exercise and files.
    pub submission: Submission,
    /// Version of the exercise it was handed in for.
    pub version: String,
    /// Which tests.
    pub scope: Scope,
    /// Seed it asked for.
    pub seed: Option<u64>,
}

/// Whether a write with a [`Fence`] counted. Each value carries the number of the event that it stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It counted; the last event stored has this number.
    Stored(u64),
    /// The fence is old; nothing changed.
    Stale,
}

/// What a fault of ours led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterFault {
    /// It is back in the queue.
    Again,
    /// It was tried often enough and is set aside; `Faulted` is its last event.
    SetAside,
    /// The fence is old; nothing changed.
    Stale,
}

/// What a restart found running.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requeued {
    /// Back in the queue.
    pub again: Vec<SubmissionId>,
    /// Ended as faulted: each try of theirs took the process down.
    pub set_aside: Vec<SubmissionId>,
}

/// A run graded outside the queue (by the command line), to be kept with its report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedRun {
    /// Exercise and files.
    pub submission: Submission,
    /// Which tests ran.
    pub scope: Scope,
    /// What was found; exercise version and seed are taken from it.
    pub report: Report,
}
