use std::collections::BTreeSet;
use std::fmt;

use assay_core::{Report, SourceFile, Submission, SubmissionId, Verdict};
use serde::Serialize;
use sqlx::FromRow;

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

    pub(crate) fn of_number(number: i64) -> Option<Class> {
        [Class::TakeHome, Class::Practice, Class::Regrade].into_iter().find(|c| c.number() == number)
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Class::TakeHome => "take-home",
            Class::Practice => "practice",
            Class::Regrade => "regrade",
        }
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
    /// It was called back before there was a verdict.
    Canceled,
}

impl State {
    /// Every state.
    pub const ALL: [State; 5] =
        [State::Queued, State::Running, State::Finished, State::Faulted, State::Canceled];

    /// The name in the database and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Running => "running",
            State::Finished => "finished",
            State::Faulted => "faulted",
            State::Canceled => "canceled",
        }
    }

    /// Whether nothing more will happen to it.
    pub fn is_over(self) -> bool {
        !matches!(self, State::Queued | State::Running)
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
    /// The visitor whose progress it counts for; empty when nobody is known.
    pub visitor: String,
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
    /// What a grader must be able to do.
    pub needs: Capabilities,
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
    /// From where it was handed in, for turns in the queue.
    pub owner: String,
    /// The visitor whose it is; empty when nobody is known.
    pub visitor: String,
    /// What it is for.
    pub class: Class,
    /// What a grader must be able to do, as [`Capabilities`] are written.
    pub needs: String,
    /// Whether it waits for a while after a fault of ours.
    pub resting: bool,
    /// Which grader had it last.
    pub worker: Option<String>,
    /// The last fault of ours, for the operator.
    pub fault: Option<String>,
}

/// The word in [`NewSubmission::needs`] for one more run that is looked at: its report has an observation. A need and not a column,
/// because a grader of an older version, which would leave the observation out, must not take it.
pub const OBSERVE: &str = "observe";

impl Record {
    /// Whether its report says what one more run looked like.
    pub fn observes(&self) -> bool {
        observes(&self.needs)
    }
}

/// Whether needs, as they are written, have [`OBSERVE`] among them.
pub(crate) fn observes(needs: &str) -> bool {
    needs.split_whitespace().any(|need| need == OBSERVE)
}

/// Words for what a grader can do, or must: passes (`race`), layers of the box, a toolchain (`go1.27`). Written sorted, with one space
/// between two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Capabilities(BTreeSet<String>);

impl Capabilities {
    /// Whether whoever has these can do what `needs` says.
    pub fn meet(&self, needs: &str) -> bool {
        needs.split_whitespace().all(|need| self.0.contains(need))
    }

    /// These and one more.
    pub fn and(&self, word: &str) -> Capabilities {
        self.0.iter().map(String::as_str).chain([word]).collect()
    }

    /// The words of `self` that are not in `written`.
    pub fn beyond(&self, written: &str) -> Vec<String> {
        let there: BTreeSet<&str> = written.split_whitespace().collect();
        self.0.iter().filter(|word| !there.contains(word.as_str())).cloned().collect()
    }
}

impl<W: Into<String>> FromIterator<W> for Capabilities {
    fn from_iter<I: IntoIterator<Item = W>>(words: I) -> Capabilities {
        let words = words.into_iter().map(Into::into);
        Capabilities(
            words.flat_map(|w: String| w.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect(),
        )
    }
}

impl fmt::Display for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.iter().map(String::as_str).collect::<Vec<_>>().join(" "))
    }
}

/// Who claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// Not the same for any two at a time.
    pub id: String,
    /// For people: which machine and process.
    pub name: String,
    /// Version of assay.
    pub version: String,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Gradings at once.
    pub slots: usize,
}

/// One claim of a submission and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, Serialize)]
pub struct Attempt {
    /// The claim's fence.
    pub fence: i64,
    /// Which try it was; what was given back unharmed does not count.
    pub attempt: i64,
    /// Which grader.
    pub worker: String,
    /// When it began, milliseconds since 1970 UTC.
    pub started_ms: i64,
    /// When it was over.
    pub ended_ms: Option<i64>,
    /// `graded`, `fault`, `lost`, `released` or `canceled`.
    pub outcome: Option<String>,
    /// Why, after a fault.
    pub reason: Option<String>,
}

/// What somebody did, from the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, Serialize)]
pub struct Deed {
    /// When, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what: a submission's id, an owner.
    pub subject: String,
    /// More of it.
    pub detail: String,
}

/// One save of one exercise's files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// Counts the saves of one owner and exercise, from 1.
    pub revision: u64,
    /// The files.
    pub files: Vec<SourceFile>,
    /// When, milliseconds since 1970 UTC.
    pub saved_ms: i64,
}

/// A save without its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Revision {
    /// As in [`Draft`].
    pub revision: u64,
    /// When, milliseconds since 1970 UTC.
    pub saved_ms: i64,
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
    /// Whether the report is to say what one more run looked like.
    pub observe: bool,
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

/// What became of those whose graders are gone.
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
