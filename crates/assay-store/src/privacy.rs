//! What a candidate has here, given to them or deleted; and what is older than it may be kept.

use assay_core::{Numbered, Report, Slug, SourceFile, SubmissionId};
use serde::Serialize;

use crate::database::{Store, now_ms, write};
use crate::tables::{answers, audit, drafts, hints, submissions};
use crate::{Answer, Attempt, Draft, OpenedHint, StoreError, visitors};

/// Deleted in one transaction at most: others want to write too.
const AT_ONCE: u32 = 50;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// Everything that is kept of one owner, as it is exported.
#[derive(Debug, Serialize)]
pub struct Export {
    /// The form of this: `assay.export/1`.
    pub schema: &'static str,
    /// Who.
    pub owner: String,
    /// What was handed in, oldest first.
    pub submissions: Vec<ExportedSubmission>,
    /// What was typed, save by save.
    pub drafts: Vec<ExportedDraft>,
    /// Answers to written questions, by question, oldest first.
    pub answers: Vec<Answer>,
    /// Which hints were opened, and when.
    pub hints: Vec<OpenedHint>,
}

/// How much was deleted of somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Submissions, with all that belongs to them.
    pub submissions: usize,
    /// Saves of drafts.
    pub saves: u64,
    /// Opened hints.
    pub hints: u64,
    /// Answers to written questions.
    pub answers: u64,
}

/// One submission with all that belongs to it.
#[derive(Debug, Serialize)]
pub struct ExportedSubmission {
    /// Its id.
    pub id: SubmissionId,
    /// Name of the exercise.
    pub exercise: String,
    /// When it was handed in, milliseconds since 1970 UTC.
    pub created_ms: i64,
    /// Where it is.
    pub state: &'static str,
    /// Its files.
    pub files: Vec<SourceFile>,
    /// Its report, if there is one.
    pub report: Option<Report>,
    /// Its events.
    pub events: Vec<Numbered>,
    /// Its claims.
    pub attempts: Vec<Attempt>,
}

/// One save.
#[derive(Debug, Serialize)]
pub struct ExportedDraft {
    /// Name of the exercise.
    pub exercise: String,
    /// What was saved.
    #[serde(flatten)]
    pub draft: Draft,
}

impl Store {
    /// Everything that is kept of `owner`: an address or a visitor, who may go on as another.
    pub async fn export(&self, owner: &str) -> Result<Export, StoreError> {
        let owner = &*self.visitor_now(owner).await?;
        let ids = submissions::of_owner(&mut *self.read().await?, owner).await?;
        let mut exported = vec![];
        for id in ids {
            exported.extend(self.export_one(id).await?);
        }
        let mut kept = vec![];
        for named in drafts::of(&mut *self.read().await?, owner).await? {
            let slug: Slug =
                named.exercise.parse().map_err(|e| StoreError::damaged("draft", &named.exercise, e))?;
            let draft = crate::drafts::read(&slug, named.row)?;
            kept.push(ExportedDraft { exercise: named.exercise, draft });
        }
        let hints = hints::of(&mut *self.read().await?, owner).await?;
        let answers = self.answers_of(owner).await?;
        let owner = owner.to_owned();
        Ok(Export { schema: "assay.export/1", owner, submissions: exported, drafts: kept, answers, hints })
    }

    async fn export_one(&self, id: SubmissionId) -> Result<Option<ExportedSubmission>, StoreError> {
        let Some(job) = self.job(id).await? else { return Ok(None) };
        Ok(Some(ExportedSubmission {
            id,
            exercise: job.record.exercise,
            created_ms: job.record.created_ms,
            state: job.record.state.name(),
            files: self.files(id).await?,
            report: self.report(id).await?,
            events: self.events_after(id, 0).await?,
            attempts: job.attempts,
        }))
    }

    /// Deletes everything that is kept of `owner`, an address or a visitor, also what waits or is being graded. That it was done stays
    /// in the audit trail, with the numbers and nothing else.
    pub async fn forget(&self, owner: &str, actor: &str) -> Result<Forgotten, StoreError> {
        let owner = &*self.visitor_now(owner).await?;
        let ids = submissions::of_owner(&mut *self.read().await?, owner).await?;
        for some in ids.chunks(AT_ONCE as usize) {
            self.delete(some).await?;
        }
        write!(self, |tx| {
            let forgotten = Forgotten {
                submissions: ids.len(),
                saves: drafts::delete_of(tx, owner).await?,
                hints: visitors::delete(tx, owner).await?,
                answers: answers::delete_of(tx, owner).await?,
            };
            let Forgotten { submissions, saves, hints, answers } = forgotten;
            let detail =
                format!("{submissions} submissions, {saves} saves, {hints} hints, {answers} answers");
            audit::note(tx, actor, "forget", "an owner", &detail).await?;
            Ok(forgotten)
        })
    }

    /// Deletes what has been over for more than `days`, and what was typed, answered or opened before; says how many submissions.
    pub async fn forget_older(&self, days: u32) -> Result<usize, StoreError> {
        let before = now_ms() - i64::from(days) * DAY_MS;
        let mut gone = 0;
        loop {
            let some = submissions::over_before(&mut *self.read().await?, before, AT_ONCE).await?;
            if some.is_empty() {
                break;
            }
            gone += some.len();
            self.delete(&some).await?;
        }
        write!(self, |tx| {
            drafts::delete_before(tx, before).await?;
            answers::delete_before(tx, before).await?;
            hints::delete_before(tx, before).await
        })?;
        Ok(gone)
    }

    async fn delete(&self, ids: &[SubmissionId]) -> Result<(), StoreError> {
        write!(self, |tx| {
            for &id in ids {
                submissions::delete(tx, id).await?;
            }
            Ok(())
        })
    }

    /// The clock that every time in the database is taken from: milliseconds since 1970 UTC.
    pub fn now_ms(&self) -> i64 {
        now_ms()
    }
}
