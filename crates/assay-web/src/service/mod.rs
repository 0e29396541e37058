//! Submissions from handing in to the verdict: the queue, its workers, and the event streams. Knows no HTTP.

mod attempt;
mod bus;
mod follow;
mod grade;
mod worker;

use std::sync::Arc;
use std::time::{Duration, Instant};

use assay_content::Catalogue;
use assay_core::{Fault, Report, SourceFile, SubmissionId};
use assay_store::{NewSubmission, Record, Store, StoreError, Submitted};
use tokio::sync::{Mutex, Notify, watch};
use tokio::task::JoinSet;

use bus::Bus;
pub use grade::Grade;

/// Hands in, looks up and follows submissions. Cheap to clone. API and pages call this, never the store.
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
    /// Something may be in the queue.
    work: Notify,
    life: watch::Sender<Life>,
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
    /// How often the follower of a waiting submission looks whether its place has changed.
    pub(crate) look: Duration,
}

impl Default for Tuning {
    fn default() -> Tuning {
        Tuning {
            most_waiting: 64,
            grace: Duration::from_secs(30),
            rest: Duration::from_secs(2),
            look: Duration::from_secs(5),
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

impl Service {
    /// A service without workers yet.
    pub(crate) fn new(
        store: Store,
        catalogue: Arc<Catalogue>,
        grade: Arc<dyn Grade>,
        tuning: Tuning,
    ) -> Service {
        let life = watch::Sender::new(Life::Taking);
        let (bus, work, probed) = (Bus::default(), Notify::new(), Mutex::default());
        Service { shared: Arc::new(Shared { store, catalogue, grade, tuning, bus, work, life, probed }) }
    }

    /// Starts `graders` workers; they end once the service drains.
    pub(crate) fn start(&self, graders: usize) -> JoinSet<()> {
        let mut workers = JoinSet::new();
        for _ in 0..graders {
            workers.spawn(worker::work(self.shared.clone()));
        }
        workers
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
            submitted
        });
        match stored.await {
            Ok(submitted) => Ok(submitted?),
            Err(ended) => std::panic::resume_unwind(ended.into_panic()),
        }
    }

    /// What is known of it.
    pub(crate) async fn get(&self, id: SubmissionId) -> Result<Option<Record>, StoreError> {
        self.shared.store.get(id).await
    }

    /// Its place in the queue, 1 is next; none when it does not wait.
    pub(crate) async fn position(&self, id: SubmissionId) -> Result<Option<usize>, StoreError> {
        self.shared.store.position(id).await
    }

    /// Its report, once it is finished.
    pub(crate) async fn report(&self, id: SubmissionId) -> Result<Option<Report>, StoreError> {
        self.shared.store.report(id).await
    }

    /// Its files, sorted by name; empty for an unknown id.
    pub(crate) async fn files(&self, id: SubmissionId) -> Result<Vec<SourceFile>, StoreError> {
        self.shared.store.files(id).await
    }

    /// Whether nothing is stored after event number `after`.
    pub(crate) async fn has_read_all(&self, id: SubmissionId, after: u64) -> Result<bool, StoreError> {
        Ok(self.shared.store.events_after(id, after).await?.is_empty())
    }

    /// Whether it takes submissions and could grade them; if not, why.
    pub(crate) async fn ready(&self) -> Result<(), Fault> {
        if *self.shared.life.borrow() > Life::Taking {
            return Err(Fault::new("the server is stopping"));
        }
        self.shared.grade.ready()?;
        let mut probed = self.shared.probed.lock().await;
        match &*probed {
            Some((at, result)) if at.elapsed() < PROBE_AGE => result.clone(),
            _ => {
                let result = self.shared.store.probe().await.map_err(|e| Fault::new(e.to_string()));
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
