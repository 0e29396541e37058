//! Answers to written questions: one at a time is open, its text saved as somebody types; what is done stays as it is, with the points
//! that they found in it.

use assay_core::Slug;
use serde::Serialize;
use uuid::Uuid;

use crate::StoreError;
use crate::database::{Store, now_ms, write};
use crate::tables::answers;

/// One answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Its id.
    pub id: Uuid,
    /// Name of the question.
    pub question: Slug,
    /// Version of the question that it was begun for.
    pub version: String,
    /// When it was begun, milliseconds since 1970 UTC.
    pub begun_ms: i64,
    /// When the clock was started; none where it was not.
    pub started_ms: Option<i64>,
    /// When it was done; none while it is open.
    pub done_ms: Option<i64>,
    /// Counts the saves that changed it, from 0.
    pub revision: u64,
    /// What was written.
    pub text: String,
    /// When it was last changed.
    pub saved_ms: i64,
    /// Ids of the points that are in it, as its author says.
    pub ticked: Vec<String>,
}

impl Answer {
    /// How long the clock ran until `now_ms`, or until it was done; none where it was not started.
    pub fn seconds(&self, now_ms: i64) -> Option<u64> {
        let ended = self.done_ms.unwrap_or(now_ms);
        self.started_ms.map(|started| u64::try_from((ended - started) / 1000).unwrap_or_default())
    }
}

/// What became of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// It is on disk, in this.
    Saved(Answer),
    /// It was made from another revision than this one, which somebody saved in between: nothing was overwritten.
    Behind(Answer),
    /// This one is done and changes no more: the text was not kept.
    Over(Answer),
    /// This owner has no such answer.
    Unknown,
}

impl Store {
    /// The open answer of `owner` to `question`; a new one when there is none. With `clock`, its clock runs from now on, unless it did
    /// before.
    pub async fn begin_answer(
        &self,
        owner: &str,
        question: &Slug,
        version: &str,
        clock: bool,
    ) -> Result<Answer, StoreError> {
        write!(self, |tx| {
            let now = now_ms();
            let id = match answers::open(tx, owner, question).await? {
                Some(answer) => answer.id,
                None => {
                    let id = Uuid::now_v7();
                    answers::insert(tx, id, owner, question, version, now).await?;
                    id
                }
            };
            if clock {
                answers::start(tx, owner, id, now).await?;
            }
            let missing = || StoreError::damaged("answer", id, "it is gone within its transaction");
            answers::get(tx, owner, id).await?.ok_or_else(missing)
        })
    }

    /// Saves a text that was made from revision `from` (0: from nothing). The same text again is no new revision.
    pub async fn save_answer(
        &self,
        owner: &str,
        id: Uuid,
        from: u64,
        text: &str,
    ) -> Result<Kept, StoreError> {
        self.keep(owner, id, from, text, false).await
    }

    /// The same, and the answer is done.
    pub async fn finish_answer(
        &self,
        owner: &str,
        id: Uuid,
        from: u64,
        text: &str,
    ) -> Result<Kept, StoreError> {
        self.keep(owner, id, from, text, true).await
    }

    async fn keep(
        &self,
        owner: &str,
        id: Uuid,
        from: u64,
        text: &str,
        finish: bool,
    ) -> Result<Kept, StoreError> {
        write!(self, |tx| {
            let Some(there) = answers::get(tx, owner, id).await? else { return Ok(Kept::Unknown) };
            let same = there.text == text;
            if there.done_ms.is_some() {
                return Ok(if same { Kept::Saved(there) } else { Kept::Over(there) });
            }
            let now = now_ms();
            if !same && !answers::save(tx, owner, id, from, text, now).await? {
                let now = answers::get(tx, owner, id).await?;
                return Ok(now.map_or(Kept::Unknown, Kept::Behind));
            }
            if finish {
                answers::finish(tx, owner, id, now).await?;
            }
            Ok(answers::get(tx, owner, id).await?.map_or(Kept::Unknown, Kept::Saved))
        })
    }

    /// Keeps which points are in an answer that is done; whether there is one.
    pub async fn tick_answer(&self, owner: &str, id: Uuid, points: &[String]) -> Result<bool, StoreError> {
        write!(self, |tx| answers::tick(tx, owner, id, points).await)
    }

    /// An answer of `owner`.
    pub async fn answer(&self, owner: &str, id: Uuid) -> Result<Option<Answer>, StoreError> {
        answers::get(&mut *self.read().await?, owner, id).await
    }

    /// All answers of `owner` to `question`, newest first.
    pub async fn answers_to(&self, owner: &str, question: &Slug) -> Result<Vec<Answer>, StoreError> {
        answers::of(&mut *self.read().await?, owner, question).await
    }

    /// All answers of `owner`, by question, oldest first.
    pub async fn answers_of(&self, owner: &str) -> Result<Vec<Answer>, StoreError> {
        answers::of_owner(&mut *self.read().await?, owner).await
    }
}
