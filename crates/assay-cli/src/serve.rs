use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use assay_core::PassName;
use assay_grade::{Grader, capability};
use assay_store::Location;
use assay_web::{Role, ServeConfig, ServeError, Server};
use tokio::signal::unix::{SignalKind, signal};

use crate::args::{ServeArgs, StorageArgs, WorkArgs};
use crate::backend::Backend;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::{Blame, Problem};
use crate::progress::Progress;
use crate::shelf::Shelf;
use crate::{engine, out, require};

/// Serve the pages and the API until the process is told to stop.
pub(crate) fn run(args: ServeArgs, places: &Places) -> Result<Exit, Problem> {
    let shelf = Shelf::open(places)?;
    for error in &shelf.errors {
        out::note(&format!("not served: {error}"));
    }
    let graders = args.graders.map_or_else(default_graders, usize::from);
    // The box's helpers are started from here, before the runtime has made this process large.
    let places = &promised(&args.require, places)?;
    let grader = engine::server(places, graders, &Progress::new())?;
    let library = Arc::new(shelf.library);
    let location = location(&args.storage, places)?;
    let config = ServeConfig {
        broker: args.broker,
        needs: args.require.iter().map(|word| capability(word)).collect(),
        most_waiting: args.queue as usize,
        lease: Duration::from_secs(args.lease.into()),
        keep_days: args.keep_days,
        behind_proxy: args.behind_proxy,
        ..ServeConfig::new(args.listen, location, library, graders)
    };
    until_stopped(config, grader, "listens on")
}

/// Grade what a server takes until the process is told to stop.
pub(crate) fn work(args: WorkArgs, places: &Places) -> Result<Exit, Problem> {
    if args.storage.database.is_none() {
        return Err(Problem::input(
            "no database that other machines reach is named",
            "give the server's: --database postgres://USER@HOST/DATABASE",
        ));
    }
    let shelf = Shelf::open(places)?;
    let graders = args.graders.map_or_else(default_graders, usize::from);
    let grader = engine::grader(places, graders, &Progress::new())?;
    let location = location(&args.storage, places)?;
    let config = ServeConfig {
        role: Role::Worker,
        broker: args.broker,
        lease: Duration::from_secs(args.lease.into()),
        ..ServeConfig::new(args.listen, location, Arc::new(shelf.library), graders)
    };
    until_stopped(config, grader, "works, and tells how it is on")
}

/// The database that was named, or the data folder's.
pub(crate) fn location(storage: &StorageArgs, places: &Places) -> Result<Location, Problem> {
    match storage.database.as_deref() {
        None | Some("") => Ok(Location::Folder(places.data.clone())),
        Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            Ok(Location::Postgres(url.to_owned()))
        }
        Some(_) => Err(Problem::input(
            "the database is not named by a URL of PostgreSQL",
            "write postgres://USER@HOST/DATABASE, or leave it out to use the data folder",
        )),
    }
}

fn until_stopped(config: ServeConfig, grader: Grader, what: &str) -> Result<Exit, Problem> {
    let serves = config.role == Role::Server;
    let runtime =
        tokio::runtime::Runtime::new().map_err(|e| fault(&format!("cannot start a runtime: {e}")))?;
    runtime.block_on(async {
        let stopped = stop_signal()?;
        let server = Server::bind(config, grader).await?;
        // Where the output goes to a log, and that is full, there is still work to do.
        if out::result(&format!("assay {what} http://{}\n", server.address())).is_err() {
            tracing::warn!(address = %server.address(), "standard output takes no more lines; {what}");
        }
        if serves && !server.address().ip().is_loopback() {
            out::note(
                "anybody who reaches this address can run code here; put a proxy with sign-in before it",
            );
        }
        server.run(stopped).await;
        Ok(Exit::Good)
    })
}

/// Whether a word of `--require` names a pass that takes a native program.
fn is_native(word: &str) -> bool {
    [PassName::Race, PassName::Bench].iter().any(|pass| pass.name() == word)
}

/// The places with what `--require` makes of them.
fn promised(wanted: &[String], places: &Places) -> Result<Places, Problem> {
    let (passes, wanted): (Vec<String>, Vec<String>) = wanted.iter().cloned().partition(|w| is_native(w));
    if let (Some(pass), Backend::Wasi) = (passes.first(), &places.backend) {
        return Err(Problem::input(
            format!("the {pass} pass is required, and the backend wasi runs nothing native"),
            "use the backend jail or oci, or leave the pass out of --require",
        ));
    }
    let wanted = &wanted;
    if !wanted.is_empty() && places.backend != Backend::Jail {
        return Err(Problem::input(
            "layers can be required of the jail only",
            "leave out --require, or use the backend jail",
        ));
    }
    if !wanted.is_empty() {
        require::check(wanted, &assay_sandbox::layers())?;
    }
    let allow_fallback = places.allow_fallback && !require::forbids_fallback(wanted);
    Ok(Places { allow_fallback, ..places.clone() })
}

/// A grading fills two processors.
fn default_graders() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get() / engine::BOXES_A_GRADING).max(1)
}

/// Ready at the first SIGINT or SIGTERM; a second one ends the process at once.
fn stop_signal() -> Result<impl Future<Output = ()> + Send, Problem> {
    let listen = |kind| signal(kind).map_err(|e| fault(&format!("cannot listen for signals: {e}")));
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        out::note("stopping: what runs may end, what waits stays in the queue; once more stops at once");
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            std::process::exit(i32::from(Exit::Fault.code()));
        });
    })
}

fn fault(what: &str) -> Problem {
    Problem { blame: Blame::Us, what: what.to_owned(), help: String::new() }
}

impl From<ServeError> for Problem {
    fn from(error: ServeError) -> Problem {
        match error {
            ServeError::Store(error) => error.into(),
            ServeError::Listen { address, source } => not_free(address, &source),
        }
    }
}

fn not_free(address: SocketAddr, source: &std::io::Error) -> Problem {
    let help = match source.kind() {
        std::io::ErrorKind::AddrInUse => {
            "something else listens there; choose another with --listen, port 0 for a free one"
        }
        std::io::ErrorKind::PermissionDenied => {
            "ports under 1024 need rights; choose a higher one with --listen"
        }
        _ => "choose an address of this machine with --listen",
    };
    Problem::input(format!("cannot listen on {address}: {source}"), help)
}
