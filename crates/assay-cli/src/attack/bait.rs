//! What the attacks try to reach on the host: it must be there, or failing to reach it would prove nothing.

use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener};

use tempfile::TempDir;

use super::judge::CANARY;
use crate::problem::Problem;

/// A port, an abstract socket and a file of the host, for as long as this lives.
pub(super) struct Bait {
    port: TcpListener,
    _socket: UnixListener,
    name: String,
    folder: TempDir,
}

impl Bait {
    pub(super) fn lay() -> Result<Bait, Problem> {
        let failed =
            |e: std::io::Error| Problem::input(format!("cannot lay out bait for the attacks: {e}"), "");
        let name = format!("assay-attack-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).map_err(failed)?;
        let folder = tempfile::Builder::new().prefix("attack-").tempdir().map_err(failed)?;
        std::fs::write(folder.path().join("secret"), CANARY).map_err(failed)?;
        Ok(Bait {
            port: TcpListener::bind("127.0.0.1:0").map_err(failed)?,
            _socket: UnixListener::bind_addr(&address).map_err(failed)?,
            name,
            folder,
        })
    }

    /// What tells a program where it is.
    pub(super) fn env(&self) -> Vec<(String, String)> {
        let port = self.port.local_addr().map_or(0, |address| address.port());
        let secret = self.folder.path().join("secret").display().to_string();
        [("ATTACK_PORT", port.to_string()), ("ATTACK_ABSTRACT", self.name.clone()), ("ATTACK_SECRET", secret)]
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec()
    }
}
