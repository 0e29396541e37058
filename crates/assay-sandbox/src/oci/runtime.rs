//! Which runtimes are installed, and how to talk to each.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Fault;
use crate::host::Tool;
use crate::jail::wire::Way;

/// Those we know, the quickest first.
const KNOWN: [(&str, &str); 3] = [("crun", "oci:crun"), ("runc", "oci:runc"), ("runsc", "oci:runsc")];
/// Where system programs are, also for a user whose `PATH` leaves them out.
const SYSTEM: [&str; 3] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];
/// A runtime that takes longer to say what it is does not work.
const ANSWER: Duration = Duration::from_secs(20);

/// A runtime that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// `runc`.
    pub name: &'static str,
    /// Its program.
    pub path: PathBuf,
}

/// The runtimes on `path` (as the variable `PATH` is written) that we know, in the order in which to prefer them.
pub fn installed(path: &std::ffi::OsStr) -> Vec<Installed> {
    let folders: Vec<PathBuf> = std::env::split_paths(path).chain(SYSTEM.map(PathBuf::from)).collect();
    let find = |name: &str| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file());
    KNOWN.into_iter().filter_map(|(name, _)| Some(Installed { name, path: find(name)? })).collect()
}

/// What we know of a runtime.
#[derive(Debug, Clone)]
pub(super) struct Runtime {
    pub(super) path: PathBuf,
    /// `oci:runc`.
    pub(super) backend: &'static str,
    pub(super) version: String,
    pub(super) way: Way,
    /// Whether it hands descriptors to the program.
    pub(super) hands_down: bool,
    /// Whether it refuses a machine with an idle second version of cgroups.
    pub(super) wants_one_version: bool,
    /// Whether a relative path of a cgroup begins at its own group.
    pub(super) knows_own_group: bool,
    /// What its own kernel needs: processes, and bytes of memory.
    pub(super) own_pids: u32,
    pub(super) own_memory: u64,
}

impl Runtime {
    /// Ask it what it is.
    pub(super) fn look_at(path: &Path) -> Result<Runtime, Fault> {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let version = ask(path, &["--version"])?;
        let version = version.lines().next().unwrap_or(name).to_owned();
        let backend = KNOWN.iter().find(|(known, _)| *known == name).map_or("oci", |(_, backend)| backend);
        // A kernel of its own: the program is no process of ours, and signals go through the runtime.
        let own_kernel = name == "runsc";
        let (help, flag) =
            if own_kernel { (["help", "run"], "-pass-fd") } else { (["create", "--help"], "--preserve-fds") };
        Ok(Runtime {
            path: path.to_owned(),
            backend,
            version,
            way: if own_kernel { Way::Run } else { Way::Create },
            hands_down: ask(path, &help)?.contains(flag),
            wants_one_version: name == "crun",
            knows_own_group: name != "crun",
            own_pids: if own_kernel { 512 } else { 0 },
            own_memory: if own_kernel { 96 << 20 } else { 0 },
        })
    }

    /// What stands before each command.
    pub(super) fn global(&self) -> Vec<String> {
        let mut words = ["--root", "state", "--log", "log"].map(str::to_owned).to_vec();
        if self.way == Way::Run {
            words.push("--network=none".to_owned());
        }
        words
    }
}

fn ask(path: &Path, words: &[&str]) -> Result<String, Fault> {
    let output = Tool::new(path).args(words).keep_env(&["PATH"]).limit(ANSWER).run()?;
    Ok([output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_are_found_by_name_in_the_order_of_preference() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["runsc", "crun", "youki"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let found = installed(folder.path().as_os_str());
        let ours: Vec<&str> =
            found.iter().filter(|one| one.path.starts_with(folder.path())).map(|one| one.name).collect();
        assert_eq!(ours, ["crun", "runsc"]);
    }

    #[test]
    fn what_is_no_runtime_is_a_fault_that_names_it() {
        assert!(Runtime::look_at(Path::new("/no/such/runc")).unwrap_err().what.contains("/no/such/runc"));
    }
}
