//! Submissions from handing in to the verdict: the queue, its workers, and the event streams. Knows no HTTP.

mod answers;
mod attempt;
mod bus;
mod follow;
mod format;
mod grade;
mod keeper;
mod worker;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use assay_content::Catalogue;
use assay_core::{Event, Evidence, Fault, SubmissionId};
use assay_grade::Revoked;
use assay_store::{Broker, NewSubmission, Patience, Store, StoreError, Submitted, Worker};
use tokio::sync::{Mutex, Notify, Semaphore, watch};
use tokio::task::JoinSet;

pub(crate) use answers::{MOST_ANSWER_BYTES, ticked};
pub(crate) use attempt::Ended;
use bus::Bus;
pub(crate) use format::FormatError;
pub use grade::Grade;

use crate::metrics::Metrics;

/// Hands in, calls back and follows submissions. Cheap to clone. What it has nothing to add to is asked of its [`Service::store`].
#[derive(Clone)]
pub(crate) struct Service {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    catalogue: Arc<Catalogue>,
    grade: Arc<dyn Grade>,
    tuning: Tuning,
    bus: Bus,
    /// What hands out work to other machines too.
    broker: Option<Broker>,
    /// This process, as a grader.
    me: Worker,
    /// Whether this process looks after the queue; one that only grades leaves that to others.
    keeps_queue: bool,
    metrics: Metrics,
    /// Something may be in the queue.
    work: Notify,
    /// Something may be in the outbox.
    outbox: Notify,
    /// What is being graded here, and the means to stop it.
    running: std::sync::Mutex<HashMap<SubmissionId, Arc<Running>>>,
    /// Whether this grader has shown that it can grade, and has had no fault since.
    trusted: Mutex<bool>,
    /// Why it could not, the last time that it tried, or has not yet.
    unfit: std::sync::Mutex<Option<Fault>>,
    life: watch::Sender<Life>,
    /// Turns at formatting.
    formatting: Arc<Semaphore>,
    /// When the storage was last probed, and what came of it.
    probed: Mutex<Option<(Instant, Result<(), Fault>)>>,
}

/// How long a probe of the storage counts: each is a write, and whoever asks often must not wear the disk.
const PROBE_AGE: Duration = Duration::from_secs(1);

/// Where the server is in its life; only ever grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Life {
    Taking,
    /// Takes nothing new; running gradings end.
    Draining,
    /// Event streams end.
    Closing,
}

/// Bounds and waits of the service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tuning {
    /// How many may wait.
    pub(crate) most_waiting: usize,
    /// How long a stopping server lets running gradings end.
    pub(crate) grace: Duration,
    /// How long a worker rests after a fault of ours or of the store, times the number of tries: what failed for a
    /// reason outside is not tried three times within a moment.
    pub(crate) rest: Duration,
    /// How often a follower looks by itself whether anything has changed.
    pub(crate) look: Duration,
    /// How long somebody waits for a turn at formatting. Whoever presses a button again after that is told so.
    pub(crate) formatting: Duration,
    /// How often a grader says that it is alive.
    pub(crate) beat: Duration,
    /// How often somebody looks for graders that do not.
    pub(crate) sweep: Duration,
    /// How long things may stand still.
    pub(crate) patience: Patience,
    /// For how many days what is over is kept; for ever when none is given.
    pub(crate) keep_days: Option<u32>,
}

impl Default for Tuning {
    fn default() -> Tuning {
        Tuning {
            most_waiting: 64,
            grace: Duration::from_secs(30),
            rest: Duration::from_secs(2),
            look: Duration::from_secs(5),
            formatting: Duration::from_secs(3),
            beat: Duration::from_secs(5),
            sweep: Duration::from_millis(500),
            patience: Patience {
                lease: Duration::from_secs(20),
                rest: Duration::from_secs(2),
                resend: Duration::from_mins(1),
            },
            keep_days: None,
        }
    }
}

/// Why nothing was handed in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SubmitError {
    #[error("the server is stopping")]
    Stopping,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A grading that goes on here.
#[derive(Default)]
struct Running {
    /// Ends it.
    revoked: Revoked,
    /// Somebody says that it was called back.
    news: Notify,
}

/// What a service is made of.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) broker: Option<Broker>,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) grade: Arc<dyn Grade>,
    pub(crate) tuning: Tuning,
    pub(crate) me: Worker,
    pub(crate) keeps_queue: bool,
}

impl Service {
    /// A service that does nothing by itself yet.
    pub(crate) fn new(parts: Parts) -> Service {
        let Parts { store, broker, catalogue, grade, tuning, me, keeps_queue } = parts;
        Service {
            shared: Arc::new(Shared {
                store,
                catalogue,
                grade,
                tuning,
                bus: Bus::default(),
                broker,
                me,
                keeps_queue,
                metrics: Metrics::default(),
                work: Notify::new(),
                outbox: Notify::new(),
                running: std::sync::Mutex::default(),
                trusted: Mutex::new(false),
                unfit: std::sync::Mutex::default(),
                life: watch::Sender::new(Life::Taking),
                formatting: Arc::new(Semaphore::new(format::AT_ONCE)),
                probed: Mutex::default(),
            }),
        }
    }

    /// Starts as many graders as this process has slots; they end once the service drains. It is not ready before they have shown that they
    /// can grade: nothing is taken until then.
    pub(crate) fn start(&self) -> JoinSet<()> {
        let mut workers = JoinSet::new();
        if self.shared.me.slots > 0 {
            *self.shared.unfit() = Some(Fault::new("its trial grading has not ended yet"));
        }
        for _ in 0..self.shared.me.slots {
            workers.spawn(worker::work(self.shared.clone()));
        }
        workers
    }

    /// Starts what goes on beside them; it ends once the service closes.
    pub(crate) fn keep(&self) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        keeper::keep(&self.shared, &mut tasks);
        tasks
    }

    /// Says that this process is a grader no longer.
    pub(crate) async fn leave(&self) {
        if self.shared.me.slots > 0
            && let Err(error) = self.shared.store.worker_ends(&self.shared.me).await
        {
            tracing::warn!(%error, "cannot say that this grader ends");
        }
    }

    /// What there is to measure.
    pub(crate) async fn metrics(&self) -> Result<String, StoreError> {
        let shared = &self.shared;
        let depth = shared.store.depth().await?;
        let workers = shared.store.workers().await?;
        let running = shared.running().len();
        Ok(shared.metrics.text(&depth, &workers, (running, shared.me.slots), shared.store.now_ms()))
    }

    /// Calls back what somebody handed in; whether there was anything to call back.
    pub(crate) async fn cancel(&self, id: SubmissionId) -> Result<bool, StoreError> {
        let canceled = self.shared.store.cancel(id).await?;
        if canceled {
            self.shared.revoke(id);
            if let Some(broker) = &self.shared.broker {
                broker.cancel(id).await;
            }
            self.shared.tell(id).await;
        }
        Ok(canceled)
    }

    /// What is kept: to read, and to write what nobody waits for. What goes through the queue goes through the service.
    pub(crate) fn store(&self) -> &Store {
        &self.shared.store
    }

    /// Puts it in the queue, unless it was answered before; it is on disk when this returns.
    pub(crate) async fn submit(&self, new: NewSubmission) -> Result<Submitted, SubmitError> {
        if *self.shared.life.borrow() > Life::Taking {
            return Err(SubmitError::Stopping);
        }
        let shared = self.shared.clone();
        // A task of its own: a client that hangs up cannot come between the commit and the wake-up.
        let stored = tokio::spawn(async move {
            let most_waiting = shared.tuning.most_waiting;
            let submitted = shared.store.submit(&new, most_waiting, &shared.grade.toolchain()).await;
            shared.work.notify_one();
            shared.outbox.notify_one();
            submitted
        });
        match stored.await {
            Ok(submitted) => Ok(submitted?),
            Err(ended) => std::panic::resume_unwind(ended.into_panic()),
        }
    }

    /// Whether nothing is stored after event number `after`.
    pub(crate) async fn has_read_all(&self, id: SubmissionId, after: u64) -> Result<bool, StoreError> {
        Ok(self.shared.store.events_after(id, after).await?.is_empty())
    }

    /// What its passes have shown so far, in this try.
    pub(crate) async fn shown_so_far(&self, id: SubmissionId) -> Result<Vec<Evidence>, StoreError> {
        let mut shown = vec![];
        for numbered in self.shared.store.events_after(id, 0).await? {
            match numbered.event {
                Event::Started { .. } => shown.clear(),
                Event::Evidence { evidence, .. } => shown.push(*evidence),
                _ => {}
            }
        }
        Ok(shown)
    }

    /// Whether it takes submissions and could grade them; if not, why.
    pub(crate) async fn ready(&self) -> Result<(), Fault> {
        if *self.shared.life.borrow() > Life::Taking {
            return Err(Fault::new("the server is stopping"));
        }
        self.shared.grade.ready()?;
        if let Some(unfit) = self.shared.unfit().clone() {
            return Err(unfit);
        }
        let mut probed = self.shared.probed.lock().await;
        match &*probed {
            Some((at, result)) if at.elapsed() < PROBE_AGE => result.clone(),
            _ => {
                let result = self.shared.probe().await;
                *probed = Some((Instant::now(), result.clone()));
                result
            }
        }
    }

    /// Takes nothing new from now on; workers end after what they have, or give it back after the grace.
    pub(crate) fn drain(&self) {
        self.shared.grow(Life::Draining);
    }

    /// Ends every event stream.
    pub(crate) fn close(&self) {
        self.shared.grow(Life::Closing);
    }

    /// Ready once [`Service::close`] was called.
    pub(crate) fn closing(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        let shared = self.shared.clone();
        async move { shared.reached(Life::Closing).await }
    }
}

impl Shared {
    /// Database and broker, both of which it takes.
    async fn probe(&self) -> Result<(), Fault> {
        let fault = |e: StoreError| Fault::new(e.to_string());
        self.store.probe().await.map_err(fault)?;
        match &self.broker {
            Some(broker) => broker.probe().await.map_err(fault),
            None => Ok(()),
        }
    }

    /// Says that something happened to a submission, here and elsewhere.
    async fn tell(&self, id: SubmissionId) {
        self.bus.tell(id);
        if let Some(broker) = &self.broker {
            broker.tell(id).await;
        }
    }

    /// Something may have come into the queue. From other processes (an operator's `assay jobs retry`, another server) that is not
    /// heard: it is found by looking now and then.
    async fn more_work(&self) {
        drop(tokio::time::timeout(self.tuning.sweep, self.work.notified()).await);
    }

    /// This grader's own trial, unless it was passed and nothing has gone wrong since. One at a time.
    async fn fit(self: &Arc<Self>) -> Result<(), Fault> {
        let mut trusted = self.trusted.lock().await;
        if *trusted {
            return Ok(());
        }
        let shared = self.clone();
        let tried = tokio::task::spawn_blocking(move || {
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| shared.grade.canary()))
        });
        let held = match tried.await {
            Ok(Ok(held)) => held,
            _ => Err(Fault::new("the trial grading panicked")),
        };
        *trusted = held.is_ok();
        *self.unfit() = held.clone().err();
        held
    }

    fn unfit(&self) -> std::sync::MutexGuard<'_, Option<Fault>> {
        self.unfit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something went wrong: the next trial has to hold before there is more work.
    async fn doubt(&self) {
        *self.trusted.lock().await = false;
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashMap<SubmissionId, Arc<Running>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something is graded here from now on.
    fn begin(&self, id: SubmissionId) -> Arc<Running> {
        let running = Arc::new(Running::default());
        self.running().insert(id, running.clone());
        running
    }

    fn end(&self, id: SubmissionId) {
        self.running().remove(&id);
    }

    /// Somebody says that a submission was called back: its grader, if it is here, asks the database.
    fn revoke(&self, id: SubmissionId) {
        if let Some(running) = self.running().get(&id) {
            running.news.notify_one();
        }
    }

    fn grow(&self, to: Life) {
        self.life.send_if_modified(|life| {
            let grows = *life < to;
            *life = to.max(*life);
            grows
        });
    }

    async fn reached(&self, life: Life) {
        // The sender is ours: it cannot be gone.
        let _ = self.life.subscribe().wait_for(|now| *now >= life).await;
    }

    fn is_draining(&self) -> bool {
        *self.life.borrow() >= Life::Draining
    }

    /// Sleeps so long, or until the service drains.
    async fn rest(&self, times: u32) {
        tokio::select! {
            () = tokio::time::sleep(self.tuning.rest * times) => {}
            () = self.reached(Life::Draining) => {}
        }
    }
}
