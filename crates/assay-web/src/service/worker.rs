use std::sync::Arc;
use std::time::Duration;

use assay_core::Fault;
use assay_store::{AfterFault, Claim, Fence, StoreError, Taken, Takes, Written};

use tracing::Instrument as _;

use super::attempt::{Ended, attempt};
use super::{Life, Shared};

/// How long a stopping service goes on trying to store how a grading ended, past its grace: a busy disk takes a moment.
const LAST_CHANCE: Duration = Duration::from_secs(5);

/// Takes submissions one by one, in the order of the queue, until the service drains.
pub(super) async fn work(shared: Arc<Shared>) {
    let mut source = Source::new(&shared);
    while !shared.is_draining() {
        if let Err(fault) = shared.fit().await {
            tracing::error!(%fault, "takes no work: its own trial grading does not hold");
            shared.rest(5).await;
            continue;
        }
        let next = tokio::select! {
            next = source.next(&shared) => next,
            () = shared.reached(Life::Draining) => return,
        };
        match next {
            Ok(Some((claim, taken))) => {
                let (id, exercise, attempt) = (claim.fence.id, &claim.submission.exercise, claim.attempt);
                let span =
                    tracing::info_span!("grading", %id, %exercise, attempt, verdict = tracing::field::Empty);
                one(&shared, claim, taken).instrument(span).await;
            }
            Ok(None) => {}
            Err(error) => {
                // Disk full or locked, database or broker away: nothing is taken until it is better.
                tracing::error!(%error, "cannot take from the queue");
                shared.metrics.storage_error();
                shared.rest(1).await;
            }
        }
    }
}

/// Where one grader's work comes from.
enum Source {
    /// The queue itself.
    Queue,
    /// Messages that say what may be claimed.
    Broker(Box<Takes>),
}

impl Source {
    fn new(shared: &Shared) -> Source {
        match &shared.broker {
            None => Source::Queue,
            Some(broker) => Source::Broker(Box::new(broker.takes(shared.me.capabilities.clone()))),
        }
    }

    /// The next claim, if there is one within some time.
    async fn next(&mut self, shared: &Shared) -> Result<Option<(Claim, Option<Taken>)>, StoreError> {
        match self {
            Source::Queue => match shared.store.claim(&shared.me).await? {
                Some(claim) => Ok(Some((claim, None))),
                None => {
                    shared.more_work().await;
                    Ok(None)
                }
            },
            Source::Broker(takes) => match takes.next().await {
                Ok(None) => Ok(None),
                Ok(Some(taken)) => claim_taken(shared, taken).await,
                Err(error) => {
                    // The database is the truth: without the broker things are slower, and go on.
                    tracing::warn!(%error, "asks the database for work instead");
                    match shared.store.claim(&shared.me).await? {
                        Some(claim) => Ok(Some((claim, None))),
                        None => {
                            shared.rest(1).await;
                            Ok(None)
                        }
                    }
                }
            },
        }
    }
}

/// What a message says may be claimed, if it still may.
async fn claim_taken(shared: &Shared, taken: Taken) -> Result<Option<(Claim, Option<Taken>)>, StoreError> {
    match shared.store.claim_it(taken.fence, &shared.me).await {
        Ok(Some(claim)) => Ok(Some((claim, Some(taken)))),
        Ok(None) => {
            taken.done().await;
            Ok(None)
        }
        Err(error) => {
            taken.give_back().await;
            Err(error)
        }
    }
}

async fn one(shared: &Arc<Shared>, claim: Claim, taken: Option<Taken>) {
    let Claim { fence, attempt: tries, .. } = claim;
    shared.tell(fence.id).await;
    tell_positions(shared).await;
    let ended = attempt(shared, claim, taken.as_ref()).await;
    if let Ended::Graded(report) = &ended {
        tracing::Span::current().record("verdict", report.verdict.name());
        tracing::info!(took_ms = report.timings.get("total_ms"), "graded");
    }
    shared.metrics.ended(&ended);
    if matches!(ended, Ended::Fault(_)) {
        shared.doubt().await;
    }
    // What cannot be stored in the end stays `running` in the database and is graded again once that is noticed.
    let stored = tokio::select! {
        again = store_end(shared, fence, &ended) => again,
        () = last_chance_over(shared) => false,
    };
    if let Some(taken) = &taken {
        taken.done().await;
    }
    shared.tell(fence.id).await;
    shared.outbox.notify_one();
    if stored {
        tell_positions(shared).await;
        shared.rest(tries).await;
    }
}

/// Ready when a draining service has waited long enough for running gradings.
pub(super) async fn grace_over(shared: &Shared) {
    shared.reached(Life::Draining).await;
    tokio::time::sleep(shared.tuning.grace).await;
}

/// Ready when it has also waited for what came of them to be stored.
async fn last_chance_over(shared: &Shared) {
    grace_over(shared).await;
    tokio::time::sleep(LAST_CHANCE).await;
}

/// Stores how a try ended, however often that takes: a verdict is not lost to a full disk. Says whether the submission
/// is back in the queue.
async fn store_end(shared: &Shared, fence: Fence, ended: &Ended) -> bool {
    let id = fence.id;
    for tries in 1u32.. {
        let stored = match ended {
            Ended::Graded(report) => shared.store.finish(fence, report).await.map(|written| {
                if written == Written::Stale {
                    tracing::warn!(%id, "a verdict came after the submission was taken away; dropped");
                }
                false
            }),
            Ended::Fault(fault) => {
                shared.store.fault(fence, fault).await.map(|after| log(fence, fault, after))
            }
            Ended::OutOfTime => shared.store.release(fence).await.map(|()| false),
            Ended::TakenAway => return false,
        };
        match stored {
            Ok(again) => return again,
            Err(error) => {
                tracing::error!(%id, %error, tries, "cannot store how a grading ended; trying again");
                shared.metrics.storage_error();
                tokio::time::sleep(shared.tuning.rest * tries.min(10)).await;
            }
        }
    }
    false
}

fn log(fence: Fence, fault: &Fault, after: AfterFault) -> bool {
    let id = fence.id;
    match after {
        AfterFault::Again => tracing::warn!(%id, %fault, "fault of ours; it is graded again"),
        AfterFault::SetAside => {
            tracing::error!(%id, %fault, "fault of ours, too often: set aside; see `assay jobs`");
        }
        AfterFault::Stale => tracing::warn!(%id, %fault, "fault after the submission was taken away"),
    }
    after == AfterFault::Again
}

/// Waiting ones move up; those that somebody follows here are told. Only for show: a failure is logged and the next change makes it good.
/// In a fleet whoever follows looks by itself.
async fn tell_positions(shared: &Shared) {
    if shared.store.is_shared() {
        return;
    }
    match shared.store.tell_positions(|id| shared.bus.is_heard(id)).await {
        Ok(told) => told.into_iter().for_each(|id| shared.bus.tell(id)),
        Err(error) => tracing::warn!(%error, "cannot tell waiting submissions their places"),
    }
}
