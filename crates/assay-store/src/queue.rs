use assay_core::{Event, Fault, Report, Slug, Submission, SubmissionId};
use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::open::{Store, now_ms};
use crate::tables::{events, files, reports, served, submissions};
use crate::{AfterFault, Claim, Fence, Requeued, StoreError, Written};

/// Tries in all before a submission is set aside. One fault is bad luck, three are the submission's or the machine's.
pub const MOST_ATTEMPTS: u32 = 3;

/// How many in line [`Store::tell_positions`] tells. A claim must cost the same however many wait, and whoever is further
/// back has time to ask: [`Store::tell_position`].
const FIRST_IN_LINE: u32 = 10;

/// What the candidate reads when we gave up; the cause is in the log and in the `fault` column.
const SET_ASIDE: &str = "The grader failed on our side, several times. This does not count as an attempt; the operator \
                         can see why. Hand in again later.";

/// Working on the queue.
impl Store {
    /// Takes over the queue after a start: what was running when the last server ended goes back to its place, or is set
    /// aside when it was tried often enough. Fails when another server is at work on the same directory.
    pub async fn requeue_running_at_start(&self) -> Result<Requeued, StoreError> {
        self.lock_queue()?;
        let mut tx = self.write().await?;
        let mut requeued = Requeued::default();
        for row in submissions::running(&mut tx).await? {
            let fence = row.fence()?;
            let fault = Fault::new("the server ended while this was being graded");
            match retry(&mut tx, fence, &fault).await? {
                AfterFault::SetAside => requeued.set_aside.push(fence.id),
                AfterFault::Again | AfterFault::Stale => requeued.again.push(fence.id),
            }
        }
        tx.commit().await?;
        Ok(requeued)
    }

    /// Takes the submission whose turn it is, and stores `Started` for it. One whose stored files make no sense is set
    /// aside at once, so that it does not hold up the others.
    pub async fn claim(&self) -> Result<Option<Claim>, StoreError> {
        let mut tx = self.write().await?;
        while let Some(row) = submissions::claim_first(&mut tx).await? {
            served::serve(&mut tx, row.class, row.turn).await?;
            match read_claim(&mut tx, row).await {
                Ok(claim) => {
                    let started = Event::Started { attempt: claim.attempt };
                    events::append(&mut tx, claim.fence.id, &started).await?;
                    tx.commit().await?;
                    return Ok(Some(claim));
                }
                Err(StoreError::Damaged { what, id, reason }) => {
                    let id = submissions::parse_id(&id)?;
                    tracing::error!(%id, what, reason, "set aside: its stored row is damaged");
                    set_aside(&mut tx, id, &format!("damaged {what}: {reason}")).await?;
                }
                Err(other) => return Err(other),
            }
        }
        tx.commit().await?;
        Ok(None)
    }

    /// Appends events, all or none.
    pub async fn append_events(&self, fence: Fence, new: &[Event]) -> Result<Written, StoreError> {
        let mut tx = self.write().await?;
        if submissions::held(&mut tx, fence).await?.is_none() {
            return Ok(Written::Stale);
        }
        let mut last = 0;
        for event in new {
            last = events::append(&mut tx, fence.id, event).await?;
        }
        tx.commit().await?;
        Ok(Written::Stored(last))
    }

    /// Appends `Queued` to each of the first in line whose place has changed since it was last told, and names them.
    pub async fn tell_positions(&self) -> Result<Vec<SubmissionId>, StoreError> {
        let mut tx = self.write().await?;
        let mut told = Vec::new();
        for (index, id) in submissions::first(&mut tx, FIRST_IN_LINE).await?.into_iter().enumerate() {
            let now = Event::Queued { position: index + 1 };
            if events::last(&mut tx, id).await?.as_ref() != Some(&now) {
                events::append(&mut tx, id, &now).await?;
                told.push(id);
            }
        }
        tx.commit().await?;
        Ok(told)
    }

    /// Appends `Queued` to one submission when it waits at another place than it was last told; says whether it did.
    pub async fn tell_position(&self, id: SubmissionId) -> Result<bool, StoreError> {
        // Mostly nothing has changed: that is seen without the write lock.
        if untold(&mut *self.readers.acquire().await?, id).await?.is_none() {
            return Ok(false);
        }
        let mut tx = self.write().await?;
        let Some(now) = untold(&mut tx, id).await? else { return Ok(false) };
        events::append(&mut tx, id, &now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Stores verdict, report and the last event, once: state, report and event are one transaction.
    pub async fn finish(&self, fence: Fence, report: &Report) -> Result<Written, StoreError> {
        let mut tx = self.write().await?;
        if submissions::held(&mut tx, fence).await?.is_none() {
            return Ok(Written::Stale);
        }
        submissions::set_finished(&mut tx, fence.id, report, now_ms()).await?;
        reports::insert(&mut tx, fence.id, report).await?;
        let last = Event::Finished { report: Box::new(report.clone()) };
        let seq = events::append(&mut tx, fence.id, &last).await?;
        tx.commit().await?;
        Ok(Written::Stored(seq))
    }

    /// A fault of ours ended a try: back to the queue, or, after [`MOST_ATTEMPTS`], set aside.
    pub async fn fault(&self, fence: Fence, fault: &Fault) -> Result<AfterFault, StoreError> {
        let mut tx = self.write().await?;
        let after = retry(&mut tx, fence, fault).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Gives a submission back to the queue unharmed; the try does not count. For a server that stops.
    pub async fn release(&self, fence: Fence) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        if submissions::held(&mut tx, fence).await?.is_some() {
            submissions::set_queued(&mut tx, fence.id, None).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// What a waiting submission has yet to be told of its place.
async fn untold(db: &mut SqliteConnection, id: SubmissionId) -> Result<Option<Event>, StoreError> {
    let Some(position) = submissions::position(&mut *db, id).await? else { return Ok(None) };
    let now = Event::Queued { position };
    Ok((events::last(db, id).await?.as_ref() != Some(&now)).then_some(now))
}

async fn read_claim(tx: &mut Transaction<'_, Sqlite>, row: submissions::Row) -> Result<Claim, StoreError> {
    let fence = row.fence()?;
    let record = row.record()?;
    let exercise: Slug = record.exercise.parse().map_err(|e| StoreError::damaged("exercise", fence.id, e))?;
    let files = files::of(tx, fence.id).await?;
    let submission =
        Submission::new(exercise, files).map_err(|e| StoreError::damaged("files", fence.id, e))?;
    Ok(Claim {
        fence,
        attempt: record.attempt,
        submission,
        version: record.version,
        scope: record.scope,
        seed: record.seed,
    })
}

async fn retry(
    tx: &mut Transaction<'_, Sqlite>,
    fence: Fence,
    fault: &Fault,
) -> Result<AfterFault, StoreError> {
    let Some(attempt) = submissions::held(tx, fence).await? else { return Ok(AfterFault::Stale) };
    if attempt < MOST_ATTEMPTS {
        submissions::set_queued(tx, fence.id, Some(&fault.to_string())).await?;
        return Ok(AfterFault::Again);
    }
    set_aside(tx, fence.id, &fault.to_string()).await?;
    Ok(AfterFault::SetAside)
}

async fn set_aside(tx: &mut Transaction<'_, Sqlite>, id: SubmissionId, why: &str) -> Result<(), StoreError> {
    submissions::set_faulted(tx, id, why, now_ms()).await?;
    events::append(tx, id, &Event::Faulted { message: SET_ASIDE.to_owned() }).await?;
    Ok(())
}
