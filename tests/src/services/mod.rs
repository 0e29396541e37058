//! Real services for tests: a [`Postgres`], a [`Nats`], and a [`Netns`], a network that can be cut.
//!
//! Each is the test's own, on a free port, and goes away with it, even when the test process is killed. `./x test` installs
//! the programs; a test on a machine without them says so with [`skip`].

mod nats;
mod netns;
mod postgres;
pub(crate) mod process;

use std::fmt::Display;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

pub use nats::Nats;
pub use netns::Netns;
pub use postgres::Postgres;

use crate::tools;

/// How long a service may take to start: a busy machine replays a log slowly.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Prints why a test does not run, for it to return then. With `CI=true` nothing may be missing, and it panics.
pub fn skip(title: &str, reason: impl Display) {
    assert!(
        std::env::var_os("CI").is_none_or(|ci| ci != "true"),
        "{title} has to run where CI=true: {reason}"
    );
    skipped(title, reason);
}

/// Says so past what the test runner withholds of tests that pass: `./x test` counts these lines.
pub fn skipped(title: &str, reason: impl Display) {
    let _ = writeln!(std::io::stderr(), "\nSKIP {title}: {reason}");
}

/// What `variable` names, else what `./x test` installed as `installed` among the tools.
fn found(variable: &str, installed: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| tools().join(installed), PathBuf::from)
}

/// Why `program` cannot be started.
fn lacking(program: PathBuf, variable: &str) -> Option<String> {
    (!program.is_file())
        .then(|| format!("there is no {}: run ./x test once, or set {variable}", program.display()))
}

/// Whether `condition` came true within `limit`.
pub fn within(limit: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let begin = Instant::now();
    while !condition() {
        if begin.elapsed() > limit {
            return false;
        }
        thread::sleep(Duration::from_millis(5));
    }
    true
}

/// A port that nobody listens on. It lies below those that the kernel gives to outgoing connections: while a service is dead, one
/// of these could take its port, and a client that tries again and again even connect to itself.
pub(crate) fn free_port(listen: IpAddr) -> u16 {
    let ports = std::iter::repeat_with(|| 20_000 + (random() % 12_000) as u16);
    ports.take(1000).find(|port| TcpListener::bind((listen, *port)).is_ok()).expect("a free port")
}

/// Starts something on a free port; again when another process took it in between.
fn on_free_port<T>(listen: IpAddr, mut start: impl FnMut(u16) -> Result<T, String>) -> (u16, T) {
    for _ in 0..5 {
        let port = free_port(listen);
        match start(port) {
            Ok(started) => return (port, started),
            Err(why) if why.to_lowercase().contains("address already in use") => {}
            Err(why) => panic!("{why}"),
        }
    }
    panic!("no port of {listen} stays free");
}

/// Where this machine reaches what listens on `listen`.
fn reachable(listen: IpAddr) -> IpAddr {
    if listen.is_unspecified() { LOOPBACK } else { listen }
}

/// The standard library's only source of randomness: its hash maps' keys.
fn random() -> u64 {
    RandomState::new().hash_one(0)
}
