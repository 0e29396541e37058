use assay_core::{Event, Numbered, Report, SourceFile, SubmissionId};
use sha2::{Digest, Sha256};

use crate::open::{Store, now_ms};
use crate::tables::submissions::NewRow;
use crate::tables::{events, files, reports, submissions};
use crate::{FinishedRun, NewSubmission, Record, State, StoreError, Submitted};

/// Handing in and looking up.
impl Store {
    /// Keeps `new` and puts it at the end of the queue, in one transaction. At most `most_waiting` may wait; a key that
    /// was seen before gives its first submission, whether the queue is full or not.
    pub async fn submit(&self, new: &NewSubmission, most_waiting: usize) -> Result<Submitted, StoreError> {
        let fingerprint = fingerprint(new);
        let mut tx = self.write().await?;
        if let Some(key) = &new.idempotency_key
            && let Some((id, first)) = submissions::by_key(&mut tx, key).await?
        {
            return if first == fingerprint {
                Ok(Submitted { id, existed: true })
            } else {
                Err(StoreError::KeyReused { first: id })
            };
        }
        let waiting = submissions::waiting(&mut tx).await?;
        if waiting >= most_waiting {
            return Err(StoreError::QueueFull { waiting });
        }
        let record = Record {
            id: SubmissionId::generate(),
            exercise: new.submission.exercise.to_string(),
            version: new.version.clone(),
            scope: new.scope,
            seed: new.seed,
            created_ms: now_ms(),
            finished_ms: None,
            state: State::Queued,
            attempt: 0,
            verdict: None,
        };
        let row = NewRow {
            record: &record,
            idempotency_key: new.idempotency_key.as_deref(),
            fingerprint: &fingerprint,
        };
        submissions::insert(&mut tx, &row).await?;
        files::insert(&mut tx, record.id, new.submission.files()).await?;
        events::append(&mut tx, record.id, &Event::Queued { position: waiting + 1 }).await?;
        tx.commit().await?;
        Ok(Submitted { id: record.id, existed: false })
    }

    /// Keeps a run that was graded outside the queue, with its whole (short) event stream.
    pub async fn record_finished(&self, run: &FinishedRun) -> Result<SubmissionId, StoreError> {
        let now = now_ms();
        let record = Record {
            id: SubmissionId::generate(),
            exercise: run.submission.exercise.to_string(),
            version: run.report.exercise.version.clone(),
            scope: run.scope,
            seed: Some(run.report.seed),
            created_ms: now,
            finished_ms: Some(now),
            state: State::Finished,
            attempt: 1,
            verdict: Some(run.report.verdict),
        };
        let mut tx = self.write().await?;
        let row = NewRow { record: &record, idempotency_key: None, fingerprint: "" };
        submissions::insert(&mut tx, &row).await?;
        files::insert(&mut tx, record.id, run.submission.files()).await?;
        reports::insert(&mut tx, record.id, &run.report).await?;
        events::append(&mut tx, record.id, &Event::Started { attempt: 1 }).await?;
        events::append(&mut tx, record.id, &Event::Finished { report: Box::new(run.report.clone()) }).await?;
        tx.commit().await?;
        Ok(record.id)
    }

    /// What is known of it; none for an unknown id.
    pub async fn get(&self, id: SubmissionId) -> Result<Option<Record>, StoreError> {
        let mut db = self.readers.acquire().await?;
        submissions::get(&mut db, id).await?.map(submissions::Row::record).transpose()
    }

    /// Its place in the queue, 1 is next; none when it does not wait.
    pub async fn position(&self, id: SubmissionId) -> Result<Option<usize>, StoreError> {
        submissions::position(&mut *self.readers.acquire().await?, id).await
    }

    /// Its report, once it is finished.
    pub async fn report(&self, id: SubmissionId) -> Result<Option<Report>, StoreError> {
        reports::of(&mut *self.readers.acquire().await?, id).await
    }

    /// Its files by name; empty for an unknown id.
    pub async fn files(&self, id: SubmissionId) -> Result<Vec<SourceFile>, StoreError> {
        files::of(&mut *self.readers.acquire().await?, id).await
    }

    /// Its events with a number over `seq`, in order.
    pub async fn events_after(&self, id: SubmissionId, seq: u64) -> Result<Vec<Numbered>, StoreError> {
        events::after(&mut *self.readers.acquire().await?, id, seq).await
    }
}

/// What makes two submits the same: everything the client chose. The exercise's version is not among it, so that a
/// repeat after an upgrade of the content is still a repeat.
fn fingerprint(new: &NewSubmission) -> String {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    part(new.submission.exercise.as_str().as_bytes());
    part(new.scope.name().as_bytes());
    part(&new.seed.map(|s| s.to_le_bytes().to_vec()).unwrap_or_default());
    for file in new.submission.files() {
        part(file.path.as_str().as_bytes());
        part(file.content.as_bytes());
    }
    hex::encode(hash.finalize())
}
