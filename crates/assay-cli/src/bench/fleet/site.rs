//! The fleet that is simulated: the real store and broker, one set of connections for several processes, and what a server keeps going.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use assay_core::{FileName, Slug, SourceFile, Submission};
use assay_store::{
    Broker, Capabilities, Class, Location, NewSubmission, Patience, Scope, Store, StoreError, Watches, Worker,
};
use tempfile::TempDir;
use tokio::sync::Notify;

use crate::out;
use crate::problem::Problem;

/// What all submissions are for.
const EXERCISE: &str = "worker-pool";
/// So many hand in: whoever is graded next depends on whose turn it is.
const OWNERS: usize = 200;
/// Size of what is handed in, as the solutions of worker-pool are.
const SOURCE: usize = 6 << 10;
/// Processes beyond these share the connections of others: PostgreSQL allows 100 unless it is told otherwise.
const STORES: usize = 4;

/// So many errors are told; all are counted.
const TOLD: usize = 5;

// What a server and its graders do by themselves, and how often: as in the service of assay-web.
const BEAT: Duration = Duration::from_secs(5);
pub(super) const REST: Duration = Duration::from_secs(2);
pub(super) const SWEEP: Duration = Duration::from_millis(500);
const RELAY: Duration = Duration::from_millis(100);
const RELAY_IDLE: Duration = Duration::from_secs(1);
const AHEAD: usize = 8;
const AHEAD_PER_SLOTS: usize = 8;
const PATIENCE: Patience =
    Patience { lease: Duration::from_secs(20), rest: Duration::from_secs(2), resend: Duration::from_mins(1) };

/// The database, and how graders hear of work.
pub(super) struct Site {
    stores: Vec<Store>,
    broker_url: Option<String>,
    pub(super) broker: Option<Broker>,
    /// Something new is in the outbox.
    outbox: Notify,
    handed_in: AtomicUsize,
    /// What the store or the broker could not do and was tried again.
    pub(super) errors: AtomicUsize,
    _folder: Option<TempDir>,
}

impl Site {
    /// Opens the database, which must be empty, or makes one.
    pub(super) async fn open(database: Option<&str>, broker: Option<&str>) -> Result<Site, Problem> {
        let folder = match database {
            Some(_) => None,
            None => Some(tempfile::tempdir().map_err(|e| super::lost(format!("no temporary folder: {e}")))?),
        };
        let location = match (&folder, database) {
            (Some(folder), _) => Location::from(folder.path()),
            (None, url) => Location::Postgres(url.unwrap_or_default().to_owned()),
        };
        let mut stores = vec![];
        // SQLite has one writer.
        for _ in 0..if folder.is_some() { 1 } else { STORES } {
            stores.push(Store::open(location.clone()).await?);
        }
        if !stores[0].depth().await?.states.is_empty() {
            let what = "there are submissions in this database: they would be graded by nobody";
            return Err(Problem::input(what, "name a database that is empty"));
        }
        let broker_url = broker.map(str::to_owned);
        let broker = match broker {
            Some(url) => Some(Broker::connect(url).await?),
            None => None,
        };
        Ok(Site {
            stores,
            broker_url,
            broker,
            outbox: Notify::new(),
            handed_in: AtomicUsize::new(0),
            errors: AtomicUsize::new(0),
            _folder: folder,
        })
    }

    /// What process `process` of `processes` reaches the database by.
    pub(super) fn store(&self, process: usize) -> &Store {
        &self.stores[process % self.stores.len()]
    }

    /// A connection of one more process.
    pub(super) async fn connect(&self) -> Result<Option<Broker>, StoreError> {
        match &self.broker_url {
            Some(url) => Ok(Some(Broker::connect(url).await?)),
            None => Ok(None),
        }
    }

    /// How many were handed in so far.
    pub(super) fn handed_in(&self) -> usize {
        self.handed_in.load(Ordering::Relaxed)
    }

    /// Hands one in that nobody has handed in before.
    pub(super) async fn hand_in(&self, process: usize) -> Result<(), StoreError> {
        let n = self.handed_in.fetch_add(1, Ordering::Relaxed);
        self.store(process).submit(&submission(n), usize::MAX, "").await?;
        self.outbox.notify_one();
        Ok(())
    }

    /// Deletes all that was handed in.
    pub(super) async fn clear(&self) -> Result<(), StoreError> {
        for n in 0..OWNERS {
            self.stores[0].forget(&owner(n), "bench").await?;
        }
        Ok(())
    }

    /// Says that something could not be done, and rests a while.
    pub(super) async fn rest(&self, error: &StoreError, pace: f64) {
        if self.errors.fetch_add(1, Ordering::Relaxed) < TOLD {
            out::note(&format!("tried again: {error}"));
        }
        tokio::time::sleep(REST.div_f64(pace)).await;
    }

    /// Looks for graders that are gone, as a server does.
    pub(super) async fn sweeps(self: Arc<Site>) {
        let mut watches = Watches::default();
        loop {
            tokio::time::sleep(SWEEP).await;
            if let Err(error) = self.stores[0].sweep(&mut watches, PATIENCE).await {
                self.rest(&error, 1.0).await;
            }
        }
    }

    /// Hands what waits to the broker, as a server does, for a fleet of so many graders.
    pub(super) async fn relays(self: Arc<Site>, slots: usize) {
        let Some(broker) = &self.broker else { return };
        let ahead = AHEAD + slots / AHEAD_PER_SLOTS;
        let mut pause = RELAY;
        loop {
            tokio::select! {
                () = self.outbox.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
            match self.stores[0].relay(broker, ahead).await {
                Ok(0) => pause = (pause * 2).min(RELAY_IDLE),
                Ok(_) => pause = RELAY,
                Err(error) => self.rest(&error, 1.0).await,
            }
        }
    }

    /// Says again and again that a process with so many graders is there.
    pub(super) async fn beats(self: Arc<Site>, process: usize, slots: usize, pace: f64) {
        let worker = worker(process, slots);
        // Processes do not start in one moment.
        let begin = Instant::now() + beat(pace).mul_f64((process as f64 * 0.618).fract());
        tokio::time::sleep_until(begin.into()).await;
        loop {
            if let Err(error) = self.store(process).worker_beats(&worker).await {
                self.rest(&error, pace).await;
            }
            tokio::time::sleep(beat(pace)).await;
        }
    }

    /// Takes the list of workers back.
    pub(super) async fn leave(&self, processes: usize, slots: usize) -> Result<(), StoreError> {
        for process in 0..processes {
            self.stores[0].worker_ends(&worker(process, slots)).await?;
        }
        Ok(())
    }
}

/// How often a grader says that it is alive. Slow gradings do not make it slower: a lease ends by a clock.
pub(super) fn beat(pace: f64) -> Duration {
    BEAT.div_f64(pace.max(1.0))
}

/// How a process is listed.
pub(super) fn worker(process: usize, slots: usize) -> Worker {
    Worker {
        id: format!("bench-{process}"),
        name: format!("bench/{process}"),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        capabilities: Capabilities::default(),
        slots,
    }
}

/// What all are handed in for.
pub(super) fn exercise() -> Slug {
    EXERCISE.parse().unwrap_or_else(|_| unreachable!("it is a slug"))
}

fn owner(n: usize) -> String {
    format!("bench-{}", n % OWNERS)
}

fn submission(n: usize) -> NewSubmission {
    let path: FileName = "pool.go".parse().unwrap_or_else(|_| unreachable!("it is a file's name"));
    let content = format!("package pool // {n}\n{}", "// as long as a solution is\n".repeat(SOURCE / 28));
    let submission = Submission::new(exercise(), vec![SourceFile { path, content }]);
    NewSubmission {
        submission: submission.unwrap_or_else(|_| unreachable!("one small file")),
        version: "0123456789abcdef".to_owned(),
        owner: owner(n),
        visitor: String::new(),
        class: Class::default(),
        scope: Scope::All,
        seed: None,
        idempotency_key: None,
        fresh: true,
        needs: Capabilities::default(),
    }
}
