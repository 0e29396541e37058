//! The tree of a box without a mount namespace: a folder of the host that holds the entries as links or copies, and goes
//! away with the run.

use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

use super::places::{is_stale, new_name};
use super::wire::Place;
use crate::{Fault, Job, Source};

/// The folder. Removed on drop.
#[derive(Debug)]
pub(super) struct Scratch {
    root: tempfile::TempDir,
    reads: Vec<PathBuf>,
    uid: Option<u32>,
}

impl Scratch {
    /// Lay out the entries of `job` for a program that runs as `uid` (or as ourselves).
    pub(super) fn make(job: &Job, uid: Option<u32>) -> Result<Scratch, Fault> {
        let failed = |e: io::Error| Fault::io("laying out a box's folder", &e);
        // Our name, so that the next server finds what this one could not remove; and what nobody can guess.
        let root = tempfile::Builder::new().prefix(&format!("{}.", new_name())).tempdir().map_err(failed)?;
        let mut scratch = Scratch { root, reads: vec![], uid };
        let folder = scratch.root.path().to_owned();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).map_err(failed)?;
        for entry in &job.entries {
            let at = folder.join(entry.at.as_str());
            scratch.lay(&at, &entry.source).map_err(|e| Fault::io(format!("laying out {}", entry.at), &e))?;
        }
        if job.limits.disk > 0 {
            let tmp = folder.join("tmp");
            fs::create_dir(&tmp).and_then(|()| chown(&tmp, uid, uid)).map_err(failed)?;
        }
        Ok(scratch)
    }

    fn lay(&mut self, at: &Path, source: &Source) -> io::Result<()> {
        let parents: Vec<&Path> = at.ancestors().skip(1).take_while(|dir| *dir != self.root.path()).collect();
        for folder in parents.into_iter().rev().filter(|folder| !folder.is_dir()) {
            fs::create_dir(folder)?;
            // Whatever our own umask is.
            fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
        }
        match source {
            Source::Bytes(bytes) => {
                fs::write(at, bytes)?;
                fs::set_permissions(at, fs::Permissions::from_mode(0o555))
            }
            Source::Host(path) => {
                let path = path.canonicalize()?;
                symlink(&path, at)?;
                self.reads.push(path);
                Ok(())
            }
        }
    }

    /// Where the program runs.
    pub(super) fn place(&self) -> Place {
        Place::Folder { root: self.root.path().to_owned(), reads: self.reads.clone(), uid: self.uid }
    }
}

/// Folders whose server is dead.
pub(super) fn stale() -> Vec<PathBuf> {
    let entries = fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
    entries.filter(|e| e.file_name().to_str().is_some_and(is_stale)).map(|e| e.path()).collect()
}

/// Remove them. The box's programs may have left anything in there; links are not followed.
pub(crate) fn reap() {
    for folder in stale() {
        crate::oci::take_away_stale(&folder);
        if let Err(error) = fs::remove_dir_all(&folder) {
            tracing::warn!("removing the stale folder {}: {error}", folder.display());
        }
    }
}
