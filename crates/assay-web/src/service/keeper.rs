//! What goes on beside the gradings: leases that end, rests that are over, the outbox, what others say, and what is thrown away.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use assay_core::SubmissionId;
use assay_store::{Broker, Fence, Garbage, Swept, Watches};
use futures_util::{Stream, StreamExt as _};
use tokio::task::JoinSet;

use super::{Life, Shared};

/// How long an artefact may be without a report before it is deleted: writing a report takes seconds.
const GARBAGE_GRACE: Duration = Duration::from_hours(1);
/// How often what is too old is looked for.
const TIDY: Duration = Duration::from_mins(10);
/// How often the outbox is looked at while the broker has enough.
const RELAY: Duration = Duration::from_millis(100);
/// How often when there was nothing in it.
const RELAY_IDLE: Duration = Duration::from_secs(1);
/// Sent ahead of the graders at least, and one more for each so many slots of the fleet.
const AHEAD: usize = 8;
const AHEAD_PER_SLOTS: usize = 8;

/// Starts everything that a process with these parts needs; it ends once the service closes.
pub(super) fn keep(shared: &Arc<Shared>, tasks: &mut JoinSet<()>) {
    tasks.spawn(until_closed(shared.clone(), beats(shared.clone())));
    if shared.keeps_queue {
        tasks.spawn(until_closed(shared.clone(), sweeps(shared.clone())));
        tasks.spawn(until_closed(shared.clone(), tidies(shared.clone())));
    }
    if let Some(broker) = shared.broker.clone() {
        tasks.spawn(until_closed(shared.clone(), hears(shared.clone(), broker.clone())));
        if shared.keeps_queue {
            tasks.spawn(until_closed(shared.clone(), relays(shared.clone(), broker)));
        }
    }
}

async fn until_closed(shared: Arc<Shared>, work: impl Future<Output = ()> + Send) {
    tokio::select! {
        () = work => {}
        () = shared.reached(Life::Closing) => {}
    }
}

/// Says that this process is there.
async fn beats(shared: Arc<Shared>) {
    if shared.me.slots == 0 {
        return;
    }
    loop {
        if let Err(error) = shared.store.worker_beats(&shared.me).await {
            tracing::warn!(%error, "cannot say that this grader is alive");
        }
        tokio::time::sleep(shared.tuning.beat).await;
    }
}

async fn sweeps(shared: Arc<Shared>) {
    let mut watches = Watches::default();
    loop {
        tokio::time::sleep(shared.tuning.sweep).await;
        match shared.store.sweep(&mut watches, shared.tuning.patience).await {
            Ok(swept) => act_on(&shared, swept).await,
            Err(error) => tracing::warn!(%error, "cannot look for graders that are gone"),
        }
    }
}

async fn act_on(shared: &Shared, swept: Swept) {
    for name in swept.gone {
        tracing::warn!(worker = name, "a worker is not heard of any more");
    }
    let lost = swept.lost.again.iter().chain(&swept.lost.set_aside);
    for id in lost {
        tracing::warn!(%id, "its grader was not heard of any more; it was taken away from it");
        shared.metrics.lease_lost();
    }
    let moved: Vec<SubmissionId> =
        swept.lost.again.into_iter().chain(swept.lost.set_aside).chain(swept.ready).collect();
    for id in &moved {
        shared.tell(*id).await;
    }
    if !moved.is_empty() {
        shared.work.notify_waiters();
        shared.work.notify_one();
        shared.outbox.notify_one();
    }
}

/// What is too old, and what nobody needs any more.
async fn tidies(shared: Arc<Shared>) {
    let mut garbage = Garbage::default();
    loop {
        if let Some(days) = shared.tuning.keep_days {
            match shared.store.forget_older(days).await {
                Ok(0) => {}
                Ok(gone) => tracing::info!(gone, days, "deleted what is older than it may be kept"),
                Err(error) => tracing::warn!(%error, "cannot delete what is too old"),
            }
        }
        match shared.store.collect_garbage(&mut garbage, GARBAGE_GRACE).await {
            Ok(0) => {}
            Ok(gone) => tracing::info!(gone, "deleted artefacts that no report has"),
            Err(error) => tracing::warn!(%error, "cannot delete artefacts that no report has"),
        }
        tokio::time::sleep(TIDY).await;
    }
}

/// From the outbox to the broker.
async fn relays(shared: Arc<Shared>, broker: Broker) {
    let mut ahead = (AHEAD, Instant::now());
    let mut pause = RELAY;
    loop {
        tokio::select! {
            () = shared.outbox.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
        if ahead.1.elapsed() > shared.tuning.beat
            && let Ok(workers) = shared.store.workers().await
        {
            let slots: usize = workers.iter().map(|(w, _)| w.slots).sum();
            ahead = (AHEAD + slots / AHEAD_PER_SLOTS, Instant::now());
        }
        match shared.store.relay(&broker, ahead.0).await {
            Ok(0) => pause = (pause * 2).min(RELAY_IDLE),
            Ok(_) => pause = RELAY,
            Err(error) => {
                tracing::warn!(%error, "cannot hand work to the broker; it stays in the outbox");
                shared.metrics.storage_error();
                shared.rest(1).await;
            }
        }
    }
}

/// What others say.
async fn hears(shared: Arc<Shared>, broker: Broker) {
    loop {
        let heard = async { tokio::try_join!(broker.told(), broker.canceled(), broker.exhausted()) };
        match heard.await {
            Ok((told, canceled, exhausted)) => act_on_what_is_heard(&shared, told, canceled, exhausted).await,
            Err(error) => tracing::warn!(%error, "cannot hear what others say"),
        }
        shared.rest(1).await;
    }
}

/// Until the broker says no more.
async fn act_on_what_is_heard(
    shared: &Shared,
    told: impl Stream<Item = SubmissionId>,
    canceled: impl Stream<Item = SubmissionId>,
    exhausted: impl Stream<Item = Fence>,
) {
    let (mut told, mut canceled, mut exhausted) = (pin!(told), pin!(canceled), pin!(exhausted));
    loop {
        tokio::select! {
            Some(id) = told.next() => shared.bus.tell(id),
            Some(id) = canceled.next() => shared.revoke(id),
            Some(fence) = exhausted.next() => exhausted_one(shared, fence).await,
            else => return,
        }
    }
}

async fn exhausted_one(shared: &Shared, fence: Fence) {
    if !shared.keeps_queue {
        return;
    }
    match shared.store.set_aside_untaken(fence).await {
        Ok(true) => {
            tracing::error!(id = %fence.id, "no grader could take it: set aside; see `assay jobs`");
            shared.tell(fence.id).await;
        }
        Ok(false) => {}
        Err(error) => tracing::warn!(id = %fence.id, %error, "cannot set aside what no grader could take"),
    }
}
