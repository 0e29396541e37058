use assay_core::{Event, Numbered, Report, SourceFile, SubmissionId};
use sha2::{Digest, Sha256};
use sqlx::AnyConnection;

use crate::database::{Store, now_ms, write};
use crate::tables::submissions::{Answer, NewRow};
use crate::tables::{events, files, served, submissions, waiting};
use crate::{Class, FinishedRun, NewSubmission, OBSERVE, Record, State, StoreError, Submitted};

/// Handing in and looking up.
impl Store {
    /// Keeps `new` and puts it into the queue, in one transaction. At most `most_waiting` may wait, and half of that for
    /// one owner. A key that was seen before gives its first submission, and what `toolchain` has answered before gives
    /// that answer, whether there is room or not.
    pub async fn submit(
        &self,
        new: &NewSubmission,
        most_waiting: usize,
        toolchain: &str,
    ) -> Result<Submitted, StoreError> {
        let fingerprint = fingerprint(new, new.seed);
        write!(self, |tx| {
            let known = match keyed(tx, new, &fingerprint).await? {
                None => answered(tx, new, &fingerprint, toolchain).await?,
                first => first,
            };
            if let Some(id) = known {
                return Ok(Submitted { id, existed: true });
            }
            if let Err(full) = has_room(tx, &new.owner, most_waiting).await {
                // It may be full of this very one, if another call with the key came in between.
                let first = keyed(tx, new, &fingerprint).await?;
                return first.map(|id| Submitted { id, existed: true }).ok_or(full);
            }
            let id = SubmissionId::generate();
            let row = NewRow {
                record: &queued(id, new),
                idempotency_key: new.idempotency_key.as_deref(),
                fingerprint: &fingerprint,
                turn: served::next_turn(tx, &new.owner, new.class).await?,
            };
            submissions::insert(tx, &row).await?;
            files::insert(tx, id, new.submission.files()).await?;
            if let Some(position) = submissions::position(tx, id).await? {
                events::append(tx, id, &Event::Queued { position }).await?;
            }
            Ok(Submitted { id, existed: false })
        })
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
            owner: String::new(),
            visitor: String::new(),
            class: Class::default(),
            needs: String::new(),
            resting: false,
            worker: None,
            fault: None,
        };
        let report = self.stow(record.id, &run.report).await?;
        write!(self, |tx| {
            let row = NewRow { record: &record, idempotency_key: None, fingerprint: "", turn: 0 };
            submissions::insert(tx, &row).await?;
            files::insert(tx, record.id, run.submission.files()).await?;
            report.insert(tx).await?;
            events::append(tx, record.id, &Event::Started { attempt: 1 }).await?;
            events::append(tx, record.id, &Event::Finished { report: Box::new(run.report.clone()) }).await?;
            Ok(record.id)
        })
    }

    /// What is known of it; none for an unknown id.
    pub async fn get(&self, id: SubmissionId) -> Result<Option<Record>, StoreError> {
        let mut db = self.read().await?;
        submissions::get(&mut db, id).await?.map(submissions::Row::record).transpose()
    }

    /// Its place in the queue, 1 is next; none when it does not wait.
    pub async fn position(&self, id: SubmissionId) -> Result<Option<usize>, StoreError> {
        submissions::position(&mut *self.read().await?, id).await
    }

    /// Its report, once it is finished.
    pub async fn report(&self, id: SubmissionId) -> Result<Option<Report>, StoreError> {
        self.unstow(&mut *self.read().await?, id).await
    }

    /// Its files by name; empty for an unknown id.
    pub async fn files(&self, id: SubmissionId) -> Result<Vec<SourceFile>, StoreError> {
        files::of(&mut *self.read().await?, id).await
    }

    /// Its events with a number over `seq`, in order.
    pub async fn events_after(&self, id: SubmissionId, seq: u64) -> Result<Vec<Numbered>, StoreError> {
        let mut db = self.read().await?;
        let mut read = vec![];
        for (seq, json) in events::after(&mut db, id, seq).await? {
            read.push(match json {
                Some(json) => events::read(id, seq, &json)?,
                None => {
                    let report = self.unstow(&mut db, id).await?;
                    let report = report.ok_or_else(|| StoreError::damaged("report", id, "it is missing"))?;
                    Numbered { seq, event: Event::Finished { report: Box::new(report) } }
                }
            });
        }
        Ok(read)
    }
}

/// The submission that the key of `new` stands for.
async fn keyed(
    db: &mut AnyConnection,
    new: &NewSubmission,
    fingerprint: &str,
) -> Result<Option<SubmissionId>, StoreError> {
    let Some(key) = &new.idempotency_key else { return Ok(None) };
    match submissions::by_key(db, key).await? {
        Some((id, first)) if first == fingerprint => Ok(Some(id)),
        Some((first, _)) => Err(StoreError::KeyReused { first }),
        None => Ok(None),
    }
}

/// The owner's last submission that has the answer to `new`: the same files, tests, exercise version, toolchain and seed.
/// Runs that disagreed are no answer.
async fn answered(
    db: &mut AnyConnection,
    new: &NewSubmission,
    fingerprint: &str,
    toolchain: &str,
) -> Result<Option<SubmissionId>, StoreError> {
    let Some(seed) = new.seed.filter(|_| !new.fresh) else { return Ok(None) };
    // The grader may have taken that seed by itself.
    let without_seed = self::fingerprint(new, None);
    let answer = Answer {
        fingerprints: [fingerprint, &without_seed],
        owner: &new.owner,
        version: &new.version,
        seed,
        toolchain,
    };
    submissions::answer(db, &answer).await
}

/// Refuses what would be one too many, of all or of one owner.
async fn has_room(db: &mut AnyConnection, owner: &str, most_waiting: usize) -> Result<(), StoreError> {
    let waiting = waiting::in_all(db).await?;
    if waiting >= most_waiting {
        return Err(StoreError::QueueFull { waiting });
    }
    let waiting = waiting::of_owner(db, owner).await?;
    if waiting >= (most_waiting / 2).max(1) {
        return Err(StoreError::OwnerFull { waiting });
    }
    Ok(())
}

fn queued(id: SubmissionId, new: &NewSubmission) -> Record {
    Record {
        id,
        exercise: new.submission.exercise.to_string(),
        version: new.version.clone(),
        scope: new.scope,
        seed: new.seed,
        created_ms: now_ms(),
        finished_ms: None,
        state: State::Queued,
        attempt: 0,
        verdict: None,
        owner: new.owner.clone(),
        visitor: new.visitor.clone(),
        class: new.class,
        needs: new.needs.to_string(),
        resting: false,
        worker: None,
        fault: None,
    }
}

/// What makes two submits the same: everything the client chose. The exercise's version is not among it, so that a
/// repeat after an upgrade of the content is still a repeat.
fn fingerprint(new: &NewSubmission, seed: Option<u64>) -> String {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    part(new.submission.exercise.as_str().as_bytes());
    part(new.scope.name().as_bytes());
    part(&seed.map(|s| s.to_le_bytes().to_vec()).unwrap_or_default());
    if new.needs.meet(OBSERVE) {
        part(OBSERVE.as_bytes());
    }
    for file in new.submission.files() {
        part(file.path.as_str().as_bytes());
        part(file.content.as_bytes());
    }
    hex::encode(hash.finalize())
}
