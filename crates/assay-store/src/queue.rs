use std::collections::BTreeSet;

use assay_core::{Event, Fault, Report, Slug, Submission, SubmissionId};
use sqlx::AnyConnection;

use crate::database::{Store, now_ms, write};
use crate::tables::attempts::{self, Outcome};
use crate::tables::{events, files, served, submissions, transitions};
use crate::{AfterFault, Claim, Fence, Requeued, StoreError, Worker, Written};

/// Tries in all before a submission is set aside. One fault is bad luck, three are the submission's or the machine's.
pub const MOST_ATTEMPTS: u32 = 3;

/// How many in line [`Store::tell_positions`] tells. A claim must cost the same however many wait, and whoever is further
/// back has time to ask: [`Store::tell_position`].
const FIRST_IN_LINE: u32 = 10;

/// How many are looked at for one that a worker can do, first and at most in one go: mostly it can do the first.
const LOOKED_AT: (u32, u32) = (4, 64);

/// What the candidate reads when we gave up; the cause is in the log and in the `fault` column.
const SET_ASIDE: &str = "The grader failed on our side, several times. This does not count as an attempt; the operator \
                         can see why. Hand in again later.";

/// Working on the queue.
impl Store {
    /// Takes over the queue of a folder after a start: what was running when the last server ended goes back to its place, or is
    /// set aside when it was tried often enough. Fails when another server is at work on the same folder. A shared database's queue is
    /// nobody's: there a grader that is gone is noticed by its silence ([`Store::sweep`]).
    pub async fn requeue_running_at_start(&self) -> Result<Requeued, StoreError> {
        self.lock_queue()?;
        let mut requeued = Requeued::default();
        if self.is_shared() {
            return Ok(requeued);
        }
        for fence in transitions::running(&mut *self.read().await?).await? {
            let fault = Fault::new("the server ended while this was being graded");
            let after = write!(self, |tx| retry(tx, fence, &fault, Outcome::Lost, false).await)?;
            requeued.add(fence.id, after);
        }
        Ok(requeued)
    }

    /// Takes the submission whose turn it is among those that `worker` can do, and stores `Started` for it. One whose stored files
    /// make no sense is set aside at once, so that it does not hold up the others.
    pub async fn claim(&self, worker: &Worker) -> Result<Option<Claim>, StoreError> {
        let mut behind = (i64::MIN, i64::MIN, i64::MIN);
        let (mut look_at, most) = LOOKED_AT;
        loop {
            // Only to see what kinds there are: by the time that one of these can be taken, others may have taken them all.
            let found = transitions::claimable(&mut *self.read().await?, behind, look_at).await?;
            let kinds: BTreeSet<&str> =
                found.iter().map(|one| &*one.needs).filter(|needs| worker.capabilities.meet(needs)).collect();
            let kinds: Vec<&str> = kinds.into_iter().collect();
            for some in kinds.chunks(transitions::KINDS) {
                if let Some(claim) = self.claim_first(some, worker).await? {
                    return Ok(Some(claim));
                }
            }
            match found.last() {
                Some(last) if found.len() == look_at as usize => behind = last.at(),
                _ => return Ok(None),
            }
            look_at = (look_at * 4).min(most);
        }
    }

    /// Takes the first that needs one of these kinds of graders and that nobody else is taking.
    async fn claim_first(&self, kinds: &[&str], worker: &Worker) -> Result<Option<Claim>, StoreError> {
        loop {
            let taken = write!(self, |tx| {
                match transitions::next(tx, self.kind, kinds).await? {
                    Some(fence) => Ok(Some(take(tx, fence, worker).await?)),
                    None => Ok(None),
                }
            })?;
            match taken {
                Some(Some(claim)) => return Ok(Some(claim)),
                // It was set aside.
                Some(None) => {}
                None => return Ok(None),
            }
        }
    }

    /// Takes the submission of `fence`, unless somebody has since.
    pub async fn claim_it(&self, fence: Fence, worker: &Worker) -> Result<Option<Claim>, StoreError> {
        write!(self, |tx| take(tx, fence, worker).await)
    }

    /// Says that the holder of `fence` is alive; whether it still is the holder.
    pub async fn beat(&self, fence: Fence) -> Result<bool, StoreError> {
        write!(self, |tx| Ok(transitions::beat(tx, fence).await?.is_some()))
    }

    /// Appends events, all or none.
    pub async fn append_events(&self, fence: Fence, new: &[Event]) -> Result<Written, StoreError> {
        write!(self, |tx| {
            if transitions::beat(tx, fence).await?.is_none() {
                return Ok(Written::Stale);
            }
            let last = events::append_all(tx, fence.id, new).await?;
            Ok(Written::Stored(last.unwrap_or(0)))
        })
    }

    /// Appends `Queued` to each of the first in line that `wants` to know and whose place has changed since it was last told, and names them.
    pub async fn tell_positions(
        &self,
        wants: impl Fn(SubmissionId) -> bool,
    ) -> Result<Vec<SubmissionId>, StoreError> {
        let mut untold = vec![];
        {
            let mut db = self.read().await?;
            let first = submissions::first(&mut db, FIRST_IN_LINE).await?;
            for id in first.into_iter().filter(|id| wants(*id)) {
                if news(&mut db, id).await?.is_some() {
                    untold.push(id);
                }
            }
        }
        if untold.is_empty() {
            return Ok(untold);
        }
        write!(self, |tx| {
            let mut told = vec![];
            for &id in &untold {
                if tell(tx, id).await? {
                    told.push(id);
                }
            }
            Ok(told)
        })
    }

    /// Appends `Queued` to one submission when it waits at another place than it was last told; says whether it did.
    pub async fn tell_position(&self, id: SubmissionId) -> Result<bool, StoreError> {
        // Mostly nothing has changed: that is seen without the write lock.
        if news(&mut *self.read().await?, id).await?.is_none() {
            return Ok(false);
        }
        write!(self, |tx| tell(tx, id).await)
    }

    /// Stores verdict, report and the last event, once: state, report and event are one transaction.
    pub async fn finish(&self, fence: Fence, report: &Report) -> Result<Written, StoreError> {
        let stowed = self.stow(fence.id, report).await?;
        write!(self, |tx| {
            if !transitions::finish(tx, fence, report, now_ms()).await? {
                return Ok(Written::Stale);
            }
            attempts::end(tx, fence, Outcome::Graded, None).await?;
            stowed.insert(tx).await?;
            let last = Event::Finished { report: Box::new(report.clone()) };
            Ok(Written::Stored(events::append(tx, fence.id, &last).await?))
        })
    }

    /// A fault of ours ended a try: back to the queue, where it rests before it is tried again, or, after [`MOST_ATTEMPTS`], set aside.
    pub async fn fault(&self, fence: Fence, fault: &Fault) -> Result<AfterFault, StoreError> {
        write!(self, |tx| retry(tx, fence, fault, Outcome::Fault, true).await)
    }

    /// Gives a submission back to the queue unharmed; the try does not count. For a server that stops.
    pub async fn release(&self, fence: Fence) -> Result<(), StoreError> {
        write!(self, |tx| {
            if transitions::release(tx, fence).await? {
                attempts::end(tx, fence, Outcome::Released, None).await?;
            }
            Ok(())
        })
    }

    /// Sets aside one that waits and that no grader could even take, however often the broker gave it out. Whether it was that one.
    pub async fn set_aside_untaken(&self, fence: Fence) -> Result<bool, StoreError> {
        let fault = "no grader that was given it could take it";
        write!(self, |tx| {
            let counts = transitions::set_aside_waiting(tx, fence, fault, now_ms()).await?;
            if counts {
                say_set_aside(tx, fence.id).await?;
            }
            Ok(counts)
        })
    }

    /// Calls a submission back that waits or is being graded; whether it did. Whoever grades it finds out by its next write.
    pub async fn cancel(&self, id: SubmissionId) -> Result<bool, StoreError> {
        write!(self, |tx| {
            let Some(fence) = transitions::cancel(tx, id, now_ms()).await? else { return Ok(false) };
            attempts::end(tx, fence, Outcome::Canceled, None).await?;
            events::append(tx, id, &Event::Canceled).await?;
            Ok(true)
        })
    }
}

impl Requeued {
    pub(crate) fn add(&mut self, id: SubmissionId, after: AfterFault) {
        match after {
            AfterFault::SetAside => self.set_aside.push(id),
            AfterFault::Again => self.again.push(id),
            AfterFault::Stale => {}
        }
    }
}

/// What a waiting submission has yet to be told of its place.
async fn news(db: &mut AnyConnection, id: SubmissionId) -> Result<Option<Event>, StoreError> {
    let Some(position) = submissions::position(&mut *db, id).await? else { return Ok(None) };
    let now = Event::Queued { position };
    Ok((events::last(db, id).await?.as_ref() != Some(&now)).then_some(now))
}

/// Tells a submission its place, if it still waits and does not know it; says whether it did.
async fn tell(db: &mut AnyConnection, id: SubmissionId) -> Result<bool, StoreError> {
    if !transitions::lock_waiting(db, id).await? {
        return Ok(false);
    }
    let Some(now) = news(db, id).await? else { return Ok(false) };
    events::append(db, id, &now).await?;
    Ok(true)
}

/// Takes the submission of `fence`; none when somebody has it, or when it makes no sense and is set aside.
async fn take(db: &mut AnyConnection, fence: Fence, worker: &Worker) -> Result<Option<Claim>, StoreError> {
    let Some(row) = transitions::claim(db, fence, &worker.name).await? else { return Ok(None) };
    let (class, turn, fence) = (row.class, row.turn, row.fence()?);
    let claim = match read_claim(db, row).await {
        Ok(claim) => {
            attempts::begin(db, fence, claim.attempt, &worker.name).await?;
            events::append(db, fence.id, &Event::Started { attempt: claim.attempt }).await?;
            Some(claim)
        }
        Err(StoreError::Damaged { what, id, reason }) => {
            tracing::error!(id, what, reason, "set aside: its stored row is damaged");
            set_aside(db, fence, &format!("damaged {what}: {reason}")).await?;
            None
        }
        Err(other) => return Err(other),
    };
    // All who claim in a class have this one row to change: it is held for as short as can be.
    served::serve(db, class, turn).await?;
    Ok(claim)
}

async fn read_claim(db: &mut AnyConnection, row: submissions::Row) -> Result<Claim, StoreError> {
    let fence = row.fence()?;
    let record = row.record()?;
    let exercise: Slug = record.exercise.parse().map_err(|e| StoreError::damaged("exercise", fence.id, e))?;
    let files = files::of(db, fence.id).await?;
    let submission =
        Submission::new(exercise, files).map_err(|e| StoreError::damaged("files", fence.id, e))?;
    Ok(Claim {
        fence,
        attempt: record.attempt,
        observe: record.observes(),
        submission,
        version: record.version,
        scope: record.scope,
        seed: record.seed,
    })
}

/// After a try that ended without a verdict.
async fn retry(
    db: &mut AnyConnection,
    fence: Fence,
    fault: &Fault,
    outcome: Outcome,
    rests: bool,
) -> Result<AfterFault, StoreError> {
    // What a fault quotes may hold anything; not every database keeps a NUL.
    let fault = fault.to_string().replace('\0', "\u{2400}");
    if transitions::requeue(db, fence, &fault, rests, MOST_ATTEMPTS).await? {
        attempts::end(db, fence, outcome, Some(&fault)).await?;
        return Ok(AfterFault::Again);
    }
    if transitions::set_aside(db, fence, &fault, now_ms()).await? {
        attempts::end(db, fence, outcome, Some(&fault)).await?;
        say_set_aside(db, fence.id).await?;
        return Ok(AfterFault::SetAside);
    }
    Ok(AfterFault::Stale)
}

/// As [`retry`] for a holder that has not beaten since `beat`.
pub(crate) async fn retry_silent(
    db: &mut AnyConnection,
    fence: Fence,
    beat: i64,
) -> Result<AfterFault, StoreError> {
    let fault = "its grader was not heard of any more";
    if transitions::requeue_silent(db, fence, fault, beat, MOST_ATTEMPTS).await? {
        attempts::end(db, fence, Outcome::Lost, Some(fault)).await?;
        return Ok(AfterFault::Again);
    }
    if transitions::set_aside_silent(db, fence, fault, beat, now_ms()).await? {
        attempts::end(db, fence, Outcome::Lost, Some(fault)).await?;
        say_set_aside(db, fence.id).await?;
        return Ok(AfterFault::SetAside);
    }
    Ok(AfterFault::Stale)
}

async fn set_aside(db: &mut AnyConnection, fence: Fence, why: &str) -> Result<(), StoreError> {
    transitions::set_aside(db, fence, why, now_ms()).await?;
    say_set_aside(db, fence.id).await
}

async fn say_set_aside(db: &mut AnyConnection, id: SubmissionId) -> Result<(), StoreError> {
    events::append(db, id, &Event::Faulted { message: SET_ASIDE.to_owned() }).await?;
    Ok(())
}
