//! The folder of one container: its tree, the runtime's description of it, the runtime's state, and its log.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::spec::{self, DEVICES};
use crate::host::Tool;
use crate::jail::places::remove_everywhere;
use crate::{Entry, Fault, Job, Source};

/// Holds the runtime's program, for a server that comes after us.
const RUNTIME: &str = "runtime";
/// Deleting a container takes some 20 ms.
const DELETING: Duration = Duration::from_secs(20);

/// The folder. Removed on drop, with the container in it.
#[derive(Debug)]
pub(super) struct Bundle {
    folder: tempfile::TempDir,
    id: String,
    runtime: PathBuf,
    global: Vec<String>,
}

impl Bundle {
    /// An empty one for the container `id`, which `root` (the host's user, and group, that the runtime sets the box up as) may
    /// enter, and nobody else.
    pub(super) fn make(id: &str, root: u32, runtime: &Path, global: Vec<String>) -> Result<Bundle, Fault> {
        let failed = |e: io::Error| Fault::io("making a container's folder", &e);
        // Named as ours, so that the next server finds what this one could not remove; and as nobody can guess.
        let folder = tempfile::Builder::new().prefix(&format!("{id}.")).tempdir().map_err(failed)?;
        let path = folder.path();
        fs::write(path.join(RUNTIME), runtime.as_os_str().as_encoded_bytes()).map_err(failed)?;
        for (name, mode) in [("rootfs", 0o755), ("dev", 0o755), ("state", 0o700)] {
            make_folder(&path.join(name), mode).map_err(failed)?;
        }
        for (name, _) in DEVICES {
            File::create_new(path.join("dev").join(name)).map_err(failed)?;
        }
        chown(path, None, Some(root)).map_err(failed)?;
        fs::set_permissions(path, Permissions::from_mode(0o710)).map_err(failed)?;
        Ok(Bundle { folder, id: id.to_owned(), runtime: runtime.to_owned(), global })
    }

    /// Lay out the tree of `job` and describe it.
    pub(super) fn fill(&self, job: &Job, ground: &spec::Ground<'_>) -> Result<(), Fault> {
        let root = self.path().join("rootfs");
        for (name, mode) in [("dev", 0o755), ("proc", 0o755), ("tmp", 0o1777)] {
            if name != "tmp" || job.limits.disk > 0 {
                make_folder(&root.join(name), mode).map_err(|e| Fault::io("laying out a box's tree", &e))?;
            }
        }
        for entry in &job.entries {
            let at = &entry.at;
            lay(&root, entry).map_err(|e| match &entry.source {
                Source::Bytes(_) => Fault::io(format!("laying out {at}"), &e),
                Source::Host(path) => Fault::io(format!("showing {} in the box as {at}", path.display()), &e),
            })?;
        }
        let failed = |e: oci_spec::OciSpecError| Fault::new(format!("describing a container: {e}"));
        spec::spec(job, ground).map_err(failed)?.save(self.path().join("config.json")).map_err(failed)
    }

    /// The folder.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Bundle {
    fn drop(&mut self) {
        delete(&self.runtime, self.folder.path(), &self.global, &self.id);
    }
}

/// Delete the container in a folder that a dead server left. Only in one that is ours and that nobody else could write in: what
/// is in it says which program to call.
pub(crate) fn take_away_stale(folder: &Path) {
    let ours = |m: fs::Metadata| {
        m.is_dir() && m.uid() == rustix::process::geteuid().as_raw() && m.mode() & 0o022 == 0
    };
    if !fs::symlink_metadata(folder).is_ok_and(ours) {
        return;
    }
    let Ok(runtime) = fs::read_to_string(folder.join(RUNTIME)) else { return };
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let id = name.split('.').next().unwrap_or_default();
    delete(Path::new(&runtime), folder, &["--root", "state"].map(str::to_owned), id);
}

/// Have the runtime kill and forget the container, if it still knows it; and remove what it may have left.
fn delete(runtime: &Path, folder: &Path, global: &[String], id: &str) {
    let known = fs::read_dir(folder.join("state")).is_ok_and(|mut entries| entries.next().is_some());
    if known {
        let tool = Tool::new(runtime).args(global).args(["delete", "--force", id]).cwd(folder);
        // One that died while it made the container does not know it either.
        if let Err(fault) = tool.keep_env(&["PATH"]).limit(DELETING).run_ok() {
            tracing::debug!("deleting the container {id}: {fault}");
        }
    }
    remove_everywhere(id);
}

fn make_folder(path: &Path, mode: u32) -> io::Result<()> {
    fs::create_dir(path)?;
    // Whatever our own umask is.
    fs::set_permissions(path, Permissions::from_mode(mode))
}

/// The bytes of an entry, or an empty file or folder to show the host's on.
fn lay(root: &Path, entry: &Entry) -> io::Result<()> {
    let at = root.join(entry.at.as_str());
    let parents: Vec<&Path> = at.ancestors().skip(1).take_while(|folder| *folder != root).collect();
    for folder in parents.into_iter().rev().filter(|folder| !folder.is_dir()) {
        make_folder(folder, 0o755)?;
    }
    match &entry.source {
        Source::Bytes(bytes) => {
            io::Write::write_all(&mut File::create_new(&at)?, bytes)?;
            fs::set_permissions(&at, Permissions::from_mode(0o555))
        }
        Source::Host(path) if path.metadata()?.is_dir() => make_folder(&at, 0o755),
        Source::Host(_) => File::create_new(&at).map(drop),
    }
}
