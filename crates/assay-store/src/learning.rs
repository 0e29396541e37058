//! What somebody has learned so far: how far they are with each exercise, what they handed in, which hints they opened.

use assay_core::{Slug, SubmissionId};
use serde::Serialize;

use crate::database::{Store, now_ms, write};
use crate::tables::{hints, submissions};
use crate::{Record, StoreError};

/// A hint that somebody opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenedHint {
    /// Name of the exercise.
    pub exercise: String,
    /// Which one, from 1.
    pub hint: u32,
    /// When for the first time, milliseconds since 1970 UTC.
    pub opened_ms: i64,
}

/// How far somebody is with an exercise that they handed something in for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Name of the exercise.
    pub exercise: String,
    /// How many submissions.
    pub runs: u64,
    /// How many of them were accepted with all tests: the exercise is solved by the first.
    pub accepted: u64,
    /// The last of them.
    pub last: SubmissionId,
    /// When it was handed in, milliseconds since 1970 UTC.
    pub last_ms: i64,
}

impl Store {
    /// Notes that `visitor` opens a hint, numbered from 1. The first time is what is kept.
    pub async fn open_hint(&self, visitor: &str, exercise: &Slug, hint: u32) -> Result<(), StoreError> {
        write!(self, |tx| hints::insert(tx, visitor, exercise.as_str(), hint, now_ms()).await)
    }

    /// Every hint that `visitor` opened, by exercise and number.
    pub async fn hints_opened(&self, visitor: &str) -> Result<Vec<OpenedHint>, StoreError> {
        hints::of(&mut *self.read().await?, visitor).await
    }

    /// How far `visitor` is, by name of the exercise; what was never handed in for is not there.
    pub async fn standings(&self, visitor: &str) -> Result<Vec<Standing>, StoreError> {
        submissions::standings(&mut *self.read().await?, visitor).await
    }

    /// The last `most` submissions of `visitor`, newest first: for one exercise, or for all.
    pub async fn runs_of(
        &self,
        visitor: &str,
        exercise: Option<&Slug>,
        most: u32,
    ) -> Result<Vec<Record>, StoreError> {
        let exercise = exercise.map(Slug::as_str).unwrap_or_default();
        let rows = submissions::of_visitor(&mut *self.read().await?, visitor, exercise, most).await?;
        rows.into_iter().map(submissions::Row::record).collect()
    }
}
