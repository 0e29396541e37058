use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use assay_content::Exercise;
use assay_core::{Event, Fault, Report};
use assay_grade::{Options, Revoked, Scope};
use assay_store::{Claim, Fence, Taken, Written};
use tokio::sync::{mpsc, oneshot};

use super::worker::grace_over;
use super::{Running, Shared};
use crate::protect::panic_text;

/// Events between the grader and the store. A grading has some hundreds; only a store that stands still fills this, and
/// then the grader waits.
const EVENTS: usize = 1024;
/// Events stored in one transaction.
const BATCH: usize = 64;
/// Between one transaction of progress and the next: what a page shows ticks this often, and a transaction costs as much for one event as
/// for many. The first event after a quiet time and the last ones do not wait.
const PACE: Duration = Duration::from_millis(40);
/// Tries to store progress before it is given up; the verdict does not depend on it.
const PROGRESS_TRIES: u32 = 3;

/// How one try ended.
pub(crate) enum Ended {
    Graded(Box<Report>),
    Fault(Fault),
    /// The server stops and cannot wait longer.
    OutOfTime,
    /// It was called back, or somebody else has it: nothing is to be stored.
    TakenAway,
}

/// Grades what was claimed on a thread of its own and stores its progress meanwhile.
pub(super) async fn attempt(shared: &Arc<Shared>, claim: Claim, taken: Option<&Taken>) -> Ended {
    let fence = claim.fence;
    let running = shared.begin(fence.id);
    let ended = graded(shared, claim, taken, &running).await;
    shared.end(fence.id);
    ended
}

async fn graded(shared: &Arc<Shared>, claim: Claim, taken: Option<&Taken>, running: &Running) -> Ended {
    let fence = claim.fence;
    let Some(exercise) = shared.catalogue.get(&claim.submission.exercise).cloned() else {
        let slug = &claim.submission.exercise;
        return Ended::Fault(Fault::new(format!("exercise `{slug}` is no longer in the catalogue")));
    };
    if exercise.version != claim.version {
        tracing::info!(id = %fence.id, handed_in = claim.version, now = exercise.version, "exercise has changed");
    }
    let (sender, events) = mpsc::channel(EVENTS);
    let (done, graded) = oneshot::channel();
    let (grader, stop) = (shared.clone(), running.revoked.clone());
    // A thread, not the runtime's pool: the process can end without waiting for it.
    let spawned = thread::Builder::new().name("grade".into()).spawn(move || {
        // The receiver is gone when the server could wait no longer.
        let _ = done.send(grade(&grader, &exercise, &claim, &stop, sender));
    });
    if let Err(error) = spawned {
        return Ended::Fault(Fault::io("starting a thread to grade on", &error));
    }
    let mut follow = pin!(follow(shared, fence, events, graded));
    tokio::select! {
        ended = &mut follow => ended,
        () = taken_away(shared, fence, taken, running) => {
            // The box is still ours to wait for: a grader takes no more than it has boxes.
            running.revoked.set();
            follow.await;
            Ended::TakenAway
        }
        () = grace_over(shared) => Ended::OutOfTime,
    }
}

/// Says again and again that this grader is alive; ready when the submission is no longer its own.
async fn taken_away(shared: &Shared, fence: Fence, taken: Option<&Taken>, running: &Running) {
    let mut heard = Instant::now();
    loop {
        tokio::select! {
            () = tokio::time::sleep(shared.tuning.beat) => {}
            () = running.news.notified() => {}
        }
        match shared.store.beat(fence).await {
            Ok(true) => heard = Instant::now(),
            Ok(false) => {
                tracing::info!(id = %fence.id, "it was called back or taken away");
                return;
            }
            // Whoever watches has given it to another by now.
            Err(error) if heard.elapsed() > shared.tuning.patience.lease * 2 => {
                tracing::warn!(id = %fence.id, %error, "given up: the database was away for longer than a lease");
                return;
            }
            Err(error) => tracing::warn!(id = %fence.id, %error, "cannot say that this grader is alive"),
        }
        if let Some(taken) = taken {
            taken.progress().await;
        }
    }
}

/// Runs on the grading thread. A panic is a fault like any other.
fn grade(
    shared: &Shared,
    exercise: &Exercise,
    claim: &Claim,
    revoked: &Revoked,
    events: mpsc::Sender<Event>,
) -> Result<Report, Fault> {
    let scope = match claim.scope {
        assay_store::Scope::All => Scope::All,
        assay_store::Scope::Visible => Scope::Visible,
    };
    let options = Options { seed: claim.seed, scope, observe: claim.observe };
    let emit = |event: Event| {
        // Beginning and end of the stream are not the grader's to say.
        let in_between = matches!(
            event,
            Event::Step { .. } | Event::Plan { .. } | Event::Test { .. } | Event::Evidence { .. }
        );
        if in_between {
            let _ = events.blocking_send(event);
        }
    };
    catch_unwind(AssertUnwindSafe(|| {
        shared.grade.grade(exercise, &claim.submission, options, revoked, &emit)
    }))
    .unwrap_or_else(|panic| Err(Fault::new(format!("the grader panicked: {}", panic_text(panic.as_ref())))))
}

/// Stores events until the grader has no more, then takes what it found.
async fn follow(
    shared: &Shared,
    fence: Fence,
    mut events: mpsc::Receiver<Event>,
    graded: oneshot::Receiver<Result<Report, Fault>>,
) -> Ended {
    let mut batch = Vec::with_capacity(BATCH);
    while !batch.is_empty() || events.recv_many(&mut batch, BATCH).await > 0 {
        store_progress(shared, fence, &batch).await;
        batch.clear();
        gather(&mut events, &mut batch).await;
    }
    match graded.await {
        Ok(Ok(report)) => Ended::Graded(Box::new(report)),
        Ok(Err(fault)) => Ended::Fault(fault),
        Err(_) => Ended::Fault(Fault::new("the grading thread ended without an answer")),
    }
}

/// Takes what comes within [`PACE`], until there is enough or no more to come.
async fn gather(events: &mut mpsc::Receiver<Event>, batch: &mut Vec<Event>) {
    let end = tokio::time::Instant::now() + PACE;
    while batch.len() < BATCH {
        match tokio::time::timeout_at(end, events.recv()).await {
            Ok(Some(event)) => batch.push(event),
            Ok(None) | Err(_) => return,
        }
    }
}

async fn store_progress(shared: &Shared, fence: Fence, batch: &[Event]) {
    for tries in 1..=PROGRESS_TRIES {
        match shared.store.append_events(fence, batch).await {
            Ok(Written::Stored(_)) => return shared.tell(fence.id).await,
            Ok(Written::Stale) => return,
            Err(error) => {
                tracing::warn!(id = %fence.id, %error, tries, "cannot store progress");
                tokio::time::sleep(shared.tuning.rest).await;
            }
        }
    }
}
