use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use assay_content::Library;
use assay_store::{Broker, Capabilities, Location, Patience, Store, StoreError, Worker};
use tokio::net::TcpListener;

use crate::accept::accept;
use crate::routes::{health_router, router};
use crate::service::{Grade, Parts, Service, Tuning};
use crate::state::AppState;
use crate::visitor::Signer;

/// What a process does of all that there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Pages and API, the queue, and gradings.
    Server,
    /// Gradings, and `/livez`, `/readyz` and `/metrics` for whoever watches it.
    Worker,
}

/// How a server is set up.
#[derive(Debug, Clone)]
pub struct ServeConfig {
    /// What it does.
    pub role: Role,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where everything is kept.
    pub location: Location,
    /// What hands out work to other machines, `nats://host:4222`; without one they ask the database.
    pub broker: Option<String>,
    /// Exercises and questions.
    pub library: Arc<Library>,
    /// How many submissions are graded at once here; where other machines grade too, 0 will do.
    pub graders: usize,
    /// What a grader must be able to do for what is handed in here.
    pub needs: Capabilities,
    /// How many may wait before new ones are refused.
    pub most_waiting: usize,
    /// How long a stopping server lets running gradings end before it gives them back to the queue.
    pub grace: Duration,
    /// How long a grader may be silent before its submission is given to another.
    pub lease: Duration,
    /// For how many days what is over is kept; for ever when none is given.
    pub keep_days: Option<u32>,
    /// Whether all requests come through a proxy that writes the client's address last into `X-Forwarded-For`. Without
    /// one anybody could write there, so the header counts only then.
    pub behind_proxy: bool,
}

impl ServeConfig {
    /// A server with a queue of 64, half a minute to stop, and no proxy before it.
    pub fn new(listen: SocketAddr, location: Location, library: Arc<Library>, graders: usize) -> ServeConfig {
        let Tuning { most_waiting, grace, patience, .. } = Tuning::default();
        ServeConfig {
            role: Role::Server,
            listen,
            location,
            broker: None,
            library,
            graders,
            needs: Capabilities::default(),
            most_waiting,
            grace,
            lease: patience.lease,
            keep_days: None,
            behind_proxy: false,
        }
    }

    fn tuning(&self) -> Tuning {
        let usual = Tuning::default();
        Tuning {
            most_waiting: self.most_waiting,
            grace: self.grace,
            keep_days: self.keep_days,
            // Four beats fit into a lease, so that three may be lost.
            beat: self.lease / 4,
            sweep: usual.sweep.min(self.lease / 4),
            patience: Patience { lease: self.lease, ..usual.patience },
            ..usual
        }
    }
}

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address.
    #[error("cannot listen on {address}: {source}; choose another address with --listen")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

/// A server that listens but does not answer yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    role: Role,
    state: AppState,
    store: Store,
}

impl Server {
    /// Takes the address, the database and the broker; what a crash left running in a folder goes back to the queue.
    pub async fn bind(config: ServeConfig, grader: impl Grade) -> Result<Server, ServeError> {
        let listen_error = |source| ServeError::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(listen_error)?;
        let address = listener.local_addr().map_err(listen_error)?;
        let store = Store::open(config.location.clone()).await?;
        let found = store.requeue_running_at_start().await?;
        if !found.again.is_empty() || !found.set_aside.is_empty() {
            tracing::warn!(again = ?found.again, set_aside = ?found.set_aside, "found running after a crash");
        }
        let broker = match &config.broker {
            Some(url) => Some(Broker::connect(url).await?),
            None => None,
        };
        let catalogue = Arc::new(config.library.exercises.clone());
        let service = Service::new(Parts {
            store: store.clone(),
            broker,
            catalogue: catalogue.clone(),
            tuning: config.tuning(),
            me: worker(&grader, config.graders, address),
            grade: Arc::new(grader),
            keeps_queue: config.role == Role::Server,
        });
        let state = AppState {
            catalogue,
            library: config.library,
            service,
            signer: Signer::new(&store.visitor_key().await?),
            behind_proxy: config.behind_proxy,
            needs: config.needs,
        };
        Ok(Server { listener, address, role: config.role, state, store })
    }

    /// Where it listens, with the real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` is ready, then takes nothing new, lets running gradings end or gives them back, closes
    /// the event streams and returns. Reading goes on while gradings end.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) {
        let service = self.state.service.clone();
        let mut workers = service.start();
        let mut kept = service.keep();
        let stop = async {
            shutdown.await;
            service.drain();
            while let Some(ended) = workers.join_next().await {
                if let Err(error) = ended {
                    tracing::error!(%error, "a worker did not end by itself");
                }
            }
            service.leave().await;
            service.close();
        };
        let routes = match self.role {
            Role::Server => router(self.state),
            Role::Worker => health_router(self.state),
        };
        tokio::join!(accept(self.listener, routes, service.closing()), stop);
        while kept.join_next().await.is_some() {}
        self.store.close().await;
    }
}

/// This process as a grader: the machine's name, the process and the port tell it from others.
fn worker(grader: &impl Grade, slots: usize, address: SocketAddr) -> Worker {
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let machine = machine.trim();
    let machine = if machine.is_empty() { "somewhere" } else { machine };
    Worker {
        id: uuid::Uuid::now_v7().to_string(),
        name: format!("{machine}:{}:{}", std::process::id(), address.port()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        capabilities: grader.capabilities(),
        slots,
    }
}

/// Serves with `grader` until `shutdown` is ready.
pub async fn serve(
    config: ServeConfig,
    grader: impl Grade,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    Server::bind(config, grader).await?.run(shutdown).await;
    Ok(())
}
