//! A NATS server of a test's own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::process::Kept;
use super::{LOOPBACK, PATIENCE, found, lacking, on_free_port, reachable, within};

/// Where `./x test` installs it.
const INSTALLED: &str = "nats-server-2.15.1/nats-server";

/// A running server with JetStream, which has written to disk what it acknowledges.
#[derive(Debug)]
pub struct Nats {
    folder: TempDir,
    listen: IpAddr,
    port: u16,
    server: Kept,
}

impl Nats {
    /// Why no server can be started here.
    pub fn lacking() -> Option<String> {
        lacking(program(), "ASSAY_NATS")
    }

    /// A server on the loopback address.
    pub fn start() -> Nats {
        Nats::start_on(LOOPBACK)
    }

    /// A server on `listen`, for programs in a [`super::Netns`]: its host address, or `0.0.0.0`.
    pub fn start_on(listen: IpAddr) -> Nats {
        if let Some(why) = Nats::lacking() {
            panic!("{why}");
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (port, server) = on_free_port(listen, |port| serve(folder.path(), listen, port));
        Nats { folder, listen, port, server }
    }

    /// The server, as a URL.
    pub fn url(&self) -> String {
        self.url_on(reachable(self.listen))
    }

    /// The server, as a URL for programs that reach it at `host`.
    pub fn url_on(&self, host: IpAddr) -> String {
        format!("nats://{}", SocketAddr::new(host, self.port))
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// All its processes.
    pub fn processes(&self) -> Vec<u32> {
        self.server.processes()
    }

    /// Ends the server at once, by SIGKILL. Its port stays free until [`Nats::restart`].
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// Ends the server by SIGKILL, if it runs, and starts it again on its store and port.
    pub fn restart(&mut self) {
        self.kill();
        self.server = serve(self.folder.path(), self.listen, self.port).unwrap_or_else(|why| panic!("{why}"));
    }

    /// Stops the server: connections stay open, and nobody answers.
    pub fn pause(&self) {
        self.server.pause();
    }

    /// Lets a paused server go on.
    pub fn resume(&self) {
        self.server.resume();
    }

    /// What the server logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

fn program() -> PathBuf {
    found("ASSAY_NATS", INSTALLED)
}

/// Starts a server on `folder` and returns when it greets whoever connects.
fn serve(folder: &Path, listen: IpAddr, port: u16) -> Result<Kept, String> {
    let (settings, log) = (folder.join("settings"), folder.join("log"));
    let address = SocketAddr::new(listen, port);
    let store = folder.join("store");
    let text = format!(
        "listen: \"{address}\"\njetstream {{ store_dir: \"{}\", sync_interval: always }}\n",
        store.display()
    );
    fs::write(&settings, text).expect("a file can be written");
    let words = [program().into_os_string(), "-c".into(), settings.into()];
    let mut server = Kept::start(words, &log);
    let (mut alive, mut ready) = (true, false);
    within(PATIENCE, || {
        (alive, ready) = (server.runs(), greets(SocketAddr::new(reachable(listen), port)));
        !alive || ready
    });
    if alive && ready {
        return Ok(server);
    }
    Err(format!("NATS does not start on {address}:\n{}", fs::read_to_string(&log).unwrap_or_default()))
}

fn greets(address: SocketAddr) -> bool {
    let second = Duration::from_secs(1);
    let Ok(stream) = TcpStream::connect_timeout(&address, second) else { return false };
    let mut line = String::new();
    let read =
        stream.set_read_timeout(Some(second)).and_then(|()| BufReader::new(stream).read_line(&mut line));
    read.is_ok() && line.starts_with("INFO ") && line.contains("\"jetstream\":true")
}
