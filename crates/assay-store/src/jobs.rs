//! What operators see of the queue and do about it. Every deed is in the audit trail.

use assay_core::{Event, SubmissionId};

use crate::database::{Store, write};
use crate::tables::{attempts, audit, events, submissions, transitions, waiting};
use crate::{Attempt, Deed, Record, State, StoreError};

/// A submission as an operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// What is known of it.
    pub record: Record,
    /// Its place in the queue, when it waits.
    pub position: Option<usize>,
    /// Every claim of it.
    pub attempts: Vec<Attempt>,
    /// What operators did about it.
    pub deeds: Vec<Deed>,
}

/// The queue in figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Depth {
    /// How many wait.
    pub waiting: usize,
    /// When the oldest of them was handed in, milliseconds since 1970 UTC.
    pub oldest_ms: Option<i64>,
    /// How many there are of each state that has any.
    pub states: Vec<(String, u64)>,
}

impl Store {
    /// The first `most` submissions of a state, in the order of the queue.
    pub async fn jobs(&self, state: State, most: u32) -> Result<Vec<Record>, StoreError> {
        let mut db = self.read().await?;
        let mut records = vec![];
        for id in submissions::list(&mut db, state, most).await? {
            records.extend(submissions::get(&mut db, id).await?.map(submissions::Row::record).transpose()?);
        }
        Ok(records)
    }

    /// All there is to know of one; none for an unknown id.
    pub async fn job(&self, id: SubmissionId) -> Result<Option<Job>, StoreError> {
        let mut db = self.read().await?;
        let Some(row) = submissions::get(&mut db, id).await? else { return Ok(None) };
        Ok(Some(Job {
            record: row.record()?,
            position: submissions::position(&mut db, id).await?,
            attempts: attempts::of(&mut db, id).await?,
            deeds: audit::about(&mut db, &id.to_string()).await?,
        }))
    }

    /// Puts one that was set aside back into the queue, as if it had never been tried. Whether it was set aside.
    pub async fn retry_job(&self, id: SubmissionId, actor: &str) -> Result<bool, StoreError> {
        write!(self, |tx| {
            if !transitions::revive(tx, id).await? {
                return Ok(false);
            }
            // Its stream is not over after all.
            events::delete_last(tx, id).await?;
            if let Some(position) = submissions::position(tx, id).await? {
                events::append(tx, id, &Event::Queued { position }).await?;
            }
            audit::note(tx, actor, "retry", &id.to_string(), "").await?;
            Ok(true)
        })
    }

    /// Takes one off the set-aside list, or calls it back where it waits or runs. Whether there was anything to do.
    pub async fn drop_job(&self, id: SubmissionId, actor: &str) -> Result<bool, StoreError> {
        let dropped = write!(self, |tx| {
            let dropped = transitions::drop_faulted(tx, id).await?;
            if dropped {
                audit::note(tx, actor, "drop", &id.to_string(), "set aside").await?;
            }
            Ok(dropped)
        })?;
        if dropped {
            return Ok(true);
        }
        let canceled = self.cancel(id).await?;
        if canceled {
            self.note(actor, "drop", &id.to_string(), "canceled").await?;
        }
        Ok(canceled)
    }

    /// Writes a deed down.
    pub async fn note(
        &self,
        actor: &str,
        action: &str,
        subject: &str,
        detail: &str,
    ) -> Result<(), StoreError> {
        write!(self, |tx| audit::note(tx, actor, action, subject, detail).await)
    }

    /// How much there is to do.
    pub async fn depth(&self) -> Result<Depth, StoreError> {
        let mut db = self.read().await?;
        Ok(Depth {
            waiting: waiting::in_all(&mut db).await?,
            oldest_ms: submissions::oldest_waiting(&mut db).await?,
            states: submissions::count(&mut db).await?,
        })
    }
}
