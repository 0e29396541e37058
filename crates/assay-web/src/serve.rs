use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use assay_content::Catalogue;
use assay_store::{Store, StoreError};
use tokio::net::TcpListener;

use crate::accept::accept;
use crate::routes::router;
use crate::service::{Grade, Service, Tuning};
use crate::state::AppState;

/// How a server is set up.
#[derive(Debug, Clone)]
pub struct ServeConfig {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the database is kept.
    pub data: PathBuf,
    /// The exercises.
    pub catalogue: Arc<Catalogue>,
    /// How many submissions are graded at once; at least 1.
    pub graders: usize,
    /// How many may wait before new ones are refused.
    pub most_waiting: usize,
    /// How long a stopping server lets running gradings end before it gives them back to the queue.
    pub grace: Duration,
    /// Whether all requests come through a proxy that writes the client's address last into `X-Forwarded-For`. Without
    /// one anybody could write there, so the header counts only then.
    pub behind_proxy: bool,
}

impl ServeConfig {
    /// A server with a queue of 64, half a minute to stop, and no proxy before it.
    pub fn new(listen: SocketAddr, data: PathBuf, catalogue: Arc<Catalogue>, graders: usize) -> ServeConfig {
        ServeConfig {
            listen,
            data,
            catalogue,
            graders,
            most_waiting: 64,
            grace: Duration::from_secs(30),
            behind_proxy: false,
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
    state: AppState,
    store: Store,
    graders: usize,
}

impl Server {
    /// Takes the address and the data directory; what a crash left running goes back to the queue.
    pub async fn bind(config: ServeConfig, grader: impl Grade) -> Result<Server, ServeError> {
        let listen_error = |source| ServeError::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(listen_error)?;
        let address = listener.local_addr().map_err(listen_error)?;
        let store = Store::open(&config.data).await?;
        let found = store.requeue_running_at_start().await?;
        if !found.again.is_empty() || !found.set_aside.is_empty() {
            tracing::warn!(again = ?found.again, set_aside = ?found.set_aside, "found running after a crash");
        }
        let tuning = Tuning { most_waiting: config.most_waiting, grace: config.grace, ..Tuning::default() };
        let service = Service::new(store.clone(), config.catalogue.clone(), Arc::new(grader), tuning);
        let state = AppState { catalogue: config.catalogue, service, behind_proxy: config.behind_proxy };
        Ok(Server { listener, address, state, store, graders: config.graders.max(1) })
    }

    /// Where it listens, with the real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` is ready, then takes nothing new, lets running gradings end or gives them back, closes
    /// the event streams and returns. Reading goes on while gradings end.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) {
        let service = self.state.service.clone();
        let mut workers = service.start(self.graders);
        let stop = async {
            shutdown.await;
            service.drain();
            while let Some(ended) = workers.join_next().await {
                if let Err(error) = ended {
                    tracing::error!(%error, "a worker did not end by itself");
                }
            }
            service.close();
        };
        tokio::join!(accept(self.listener, router(self.state), service.closing()), stop);
        self.store.close().await;
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
