use std::sync::Arc;

use assay_core::Fault;
use assay_store::{AfterFault, Claim, Fence, Written};

use super::attempt::{Ended, attempt};
use super::{Life, Shared};

/// Takes submissions one by one, in the order of the queue, until the service drains.
pub(super) async fn work(shared: Arc<Shared>) {
    while !shared.is_draining() {
        match shared.store.claim().await {
            Ok(Some(claim)) => one(&shared, claim).await,
            Ok(None) => tokio::select! {
                () = shared.work.notified() => {}
                () = shared.reached(Life::Draining) => {}
            },
            Err(error) => {
                // Disk full or locked: nothing is taken until it is better.
                tracing::error!(%error, "cannot take from the queue");
                shared.rest(1).await;
            }
        }
    }
}

async fn one(shared: &Arc<Shared>, claim: Claim) {
    let Claim { fence, attempt: tries, .. } = claim;
    shared.bus.tell(fence.id);
    tell_positions(shared).await;
    let ended = attempt(shared, claim).await;
    // Past the grace, what cannot be stored stays `running` in the database and is graded again after the next start.
    let stored = tokio::select! {
        again = store_end(shared, fence, &ended) => again,
        () = grace_over(shared) => false,
    };
    shared.bus.tell(fence.id);
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
        };
        match stored {
            Ok(again) => return again,
            Err(error) => {
                tracing::error!(%id, %error, tries, "cannot store how a grading ended; trying again");
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
        AfterFault::SetAside => tracing::error!(%id, %fault, "fault of ours, too often: set aside"),
        AfterFault::Stale => tracing::warn!(%id, %fault, "fault after the submission was taken away"),
    }
    after == AfterFault::Again
}

/// Waiting ones move up. Only for show: a failure is logged and the next change makes it good.
async fn tell_positions(shared: &Shared) {
    match shared.store.tell_positions().await {
        Ok(told) => told.into_iter().for_each(|id| shared.bus.tell(id)),
        Err(error) => tracing::warn!(%error, "cannot tell waiting submissions their places"),
    }
}
