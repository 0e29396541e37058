//! The list of graders that are at work.

use crate::database::{Store, now_ms, write};
use crate::tables::workers;
use crate::{Capabilities, StoreError, Worker};

impl Store {
    /// Says that a worker is there; again and again, so that the others see it alive.
    pub async fn worker_beats(&self, worker: &Worker) -> Result<(), StoreError> {
        write!(self, |tx| {
            if workers::beat(tx, &worker.id).await? {
                return Ok(());
            }
            let row = workers::Row {
                id: worker.id.clone(),
                name: worker.name.clone(),
                version: worker.version.clone(),
                capabilities: worker.capabilities.to_string(),
                slots: worker.slots as i64,
                beat: 0,
                started_ms: now_ms(),
            };
            workers::insert(tx, &row).await
        })
    }

    /// Says that a worker ends.
    pub async fn worker_ends(&self, worker: &Worker) -> Result<(), StoreError> {
        write!(self, |tx| workers::delete(tx, &worker.id).await)
    }

    /// The workers that were heard of lately, and when each began, milliseconds since 1970 UTC.
    pub async fn workers(&self) -> Result<Vec<(Worker, i64)>, StoreError> {
        let rows = workers::all(&mut *self.read().await?).await?;
        let worker = |row: workers::Row| {
            let worker = Worker {
                id: row.id,
                name: row.name,
                version: row.version,
                capabilities: Capabilities::from_iter([row.capabilities]),
                slots: row.slots as usize,
            };
            (worker, row.started_ms)
        };
        Ok(rows.into_iter().map(worker).collect())
    }
}
