//! What somebody types, save by save: a log, so that it can be resumed anywhere and looked at as it grew.

use assay_core::{Slug, SourceFile};

use crate::database::{Store, now_ms, write};
use crate::tables::drafts;
use crate::{Draft, Revision, StoreError};

/// What became of a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// It is on disk, as this revision.
    Revision(u64),
    /// It was made from an older revision than the last, which somebody else saved (another tab, another machine): nothing is lost,
    /// both have to be looked at.
    Behind(Draft),
}

impl Store {
    /// Saves files that were made from revision `from` (0: from nothing). The same files again are no new revision.
    pub async fn save_draft(
        &self,
        owner: &str,
        exercise: &Slug,
        from: u64,
        files: &[SourceFile],
    ) -> Result<Saved, StoreError> {
        let text = serde_json::to_string(files).map_err(|e| StoreError::damaged("draft", exercise, e))?;
        write!(self, |tx| {
            let last = drafts::last(tx, owner, exercise).await?;
            let revision = last.as_ref().map_or(0, |row| row.revision as u64);
            match last {
                Some(row) if row.files == text => return Ok(Saved::Revision(revision)),
                Some(row) if from != revision => return Ok(Saved::Behind(read(exercise, row)?)),
                _ => {}
            }
            let row = drafts::Row { revision: revision as i64 + 1, files: text.clone(), saved_ms: now_ms() };
            drafts::insert(tx, owner, exercise, &row).await?;
            Ok(Saved::Revision(revision + 1))
        })
    }

    /// The last save.
    pub async fn draft(&self, owner: &str, exercise: &Slug) -> Result<Option<Draft>, StoreError> {
        let row = drafts::last(&mut *self.read().await?, owner, exercise).await?;
        row.map(|row| read(exercise, row)).transpose()
    }

    /// The save with that number; where it is not kept any more, the last one before it that is.
    pub async fn draft_at(
        &self,
        owner: &str,
        exercise: &Slug,
        revision: u64,
    ) -> Result<Option<Draft>, StoreError> {
        let revision = i64::try_from(revision).unwrap_or(i64::MAX);
        let row = drafts::at(&mut *self.read().await?, owner, exercise, revision).await?;
        row.map(|row| read(exercise, row)).transpose()
    }

    /// The first `most` saves after number `after` (0: from the first that is kept), in order, without their files.
    pub async fn draft_revisions(
        &self,
        owner: &str,
        exercise: &Slug,
        after: u64,
        most: u32,
    ) -> Result<Vec<Revision>, StoreError> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let rows = drafts::revisions(&mut *self.read().await?, owner, exercise, after, most).await?;
        let revision = |(number, saved_ms): (i64, i64)| Revision { revision: number as u64, saved_ms };
        Ok(rows.into_iter().map(revision).collect())
    }

    /// The number of the last save until a moment, milliseconds since 1970 UTC.
    pub async fn draft_when(
        &self,
        owner: &str,
        exercise: &Slug,
        at_ms: i64,
    ) -> Result<Option<u64>, StoreError> {
        let number = drafts::when(&mut *self.read().await?, owner, exercise, at_ms).await?;
        Ok(number.map(|n| n as u64))
    }
}

pub(crate) fn read(exercise: &Slug, row: drafts::Row) -> Result<Draft, StoreError> {
    let files = serde_json::from_str(&row.files).map_err(|e| StoreError::damaged("draft", exercise, e))?;
    Ok(Draft { revision: row.revision as u64, files, saved_ms: row.saved_ms })
}
