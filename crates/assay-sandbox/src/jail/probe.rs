//! What this machine lets the jail do, layer by layer, and what dead servers left behind; for `assay doctor`.
//!
//! Namespaces are tried in a process of their own, the helper binary with another hidden argument: trying one needs a fork,
//! and forking needs a process with one thread.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::places::Places;
use super::{filter, helper, root, scratch, slot, stat, sys, wire};
use crate::host::Tool;

/// Hidden first argument that makes the binary try the layers out and write what it found.
pub(super) const ARGUMENT: &str = "__jail-probe";

/// One layer of the box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// What it is, e.g. `pid namespace`.
    pub name: String,
    /// Whether it can be had.
    pub present: bool,
    /// What it is good for; or, when absent, what the kernel said.
    pub why: String,
    /// What the operator can do about its absence; empty when present.
    pub advice: String,
}

/// Something that a dead server left behind. [`crate::Jail::start`] removes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leftover {
    /// A cgroup and how many processes are in it.
    Cgroup(PathBuf, usize),
    /// A helper without its server.
    Helper(i32),
    /// The tree of a box that ran without namespaces.
    Folder(PathBuf),
}

/// Every layer, with the running binary as helper.
pub fn layers() -> Vec<Layer> {
    layers_with(&slot::own_binary())
}

/// Every layer, with this binary as helper (see [`crate::helper_main_if_asked`]).
pub fn layers_with(helper: &Path) -> Vec<Layer> {
    let probed = Tool::new(helper).arg(ARGUMENT).run_ok().map_err(|fault| fault.to_string());
    let probed = probed.and_then(|output| wire::decode::<Vec<Layer>>(&output.stdout));
    let mut all = probed.unwrap_or_else(|why| {
        let advice = "the binary must call assay_sandbox::helper_main_if_asked() first in main";
        vec![absent("helper", why, advice)]
    });
    let advice = "run as root, or as a systemd service with Delegate=yes";
    match Places::find() {
        Ok(places) => {
            for (controller, folder) in places.controllers() {
                let name = format!("cgroup {controller}");
                all.push(match folder {
                    Some(folder) => present(&name, format!("groups are made below {}", folder.display())),
                    None => absent(&name, "not mounted, or not writable".to_owned(), advice),
                });
            }
        }
        Err(why) => {
            all.extend(
                ["memory", "pids", "cpu"].map(|name| absent(&format!("cgroup {name}"), why.clone(), advice)),
            );
        }
    }
    all
}

/// What dead servers left behind.
pub fn leftovers() -> Vec<Leftover> {
    let members = |folder: &Path| {
        std::fs::read_to_string(folder.join("cgroup.procs")).map_or(0, |list| list.lines().count())
    };
    let groups = Places::all_stale().into_iter().map(|folder| {
        let members = members(&folder);
        Leftover::Cgroup(folder, members)
    });
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|e| e.file_name().to_str()?.parse::<i32>().ok());
    let orphans = pids.filter(|pid| is_helper(*pid) && stat::read(*pid).is_some_and(|stat| stat.parent == 1));
    let folders = scratch::stale().into_iter().map(Leftover::Folder);
    groups.chain(orphans.map(Leftover::Helper)).chain(folders).collect()
}

/// Whether this process was started as a helper.
pub(super) fn is_helper(pid: i32) -> bool {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    line.split(|b| *b == 0).nth(1) == Some(helper::ARGUMENT.as_bytes())
}

fn present(name: &str, why: String) -> Layer {
    Layer { name: name.to_owned(), present: true, why, advice: String::new() }
}

fn absent(name: &str, why: String, advice: &str) -> Layer {
    Layer { name: name.to_owned(), present: false, why, advice: advice.to_owned() }
}

/// Try everything that takes a process, and write the layers to standard output; the value is the exit code.
pub(super) fn main() -> u8 {
    let user = libc::CLONE_NEWUSER;
    let namespaces = [
        ("user namespace", 0, "its users are nobody outside, and capabilities in it mean nothing outside"),
        ("mount namespace", libc::CLONE_NEWNS, "the host's files are not there"),
        ("pid namespace", libc::CLONE_NEWPID, "nothing survives, nothing outside can be signalled"),
        ("network namespace", libc::CLONE_NEWNET, "no network but its own loopback"),
        ("ipc namespace", libc::CLONE_NEWIPC, "no shared memory, no message queues"),
        ("uts namespace", libc::CLONE_NEWUTS, "the host's name is not there"),
        ("cgroup namespace", libc::CLONE_NEWCGROUP, "the host's groups have no names"),
    ];
    let advice = "allow user namespaces: sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone=1, \
                  kernel.apparmor_restrict_unprivileged_userns=0; in a container, its seccomp profile must allow them";
    let mut all: Vec<Layer> =
        namespaces.map(|(name, flag, why)| layer(name, try_in(user | flag, || Ok(())), why, advice)).into();
    let mounts = try_in(user | libc::CLONE_NEWNS | libc::CLONE_NEWPID, root::try_mounts);
    let advice = "a container must not mask /proc (for Docker: --security-opt systempaths=unconfined); Linux 5.12 or later";
    all.push(layer(
        "mounts and /proc",
        mounts,
        "a tree of its own, and a /proc of its own processes",
        advice,
    ));
    let seccomp = try_in(0, || {
        let filter = filter::program(true).as_ref().map_err(|_| rustix::io::Errno::INVAL)?;
        seccompiler::apply_filter(filter).map_err(|_| rustix::io::Errno::NOSYS)
    });
    all.push(layer(
        "seccomp",
        seccomp,
        "only the system calls that Go programs need",
        "a kernel with CONFIG_SECCOMP_FILTER",
    ));
    let landlock = match sys::landlock_version() {
        0 => Err("the kernel has no Landlock".to_owned()),
        version => Ok(format!("files a second time (version {version})")),
    };
    let advice =
        "a kernel with Landlock (5.13 or later, lsm=landlock,…); optional where there are namespaces";
    all.push(landlock.map_or_else(|why| absent("landlock", why, advice), |why| present("landlock", why)));
    let no_new_privs = try_in(0, || rustix::thread::set_no_new_privs(true));
    all.push(layer(
        "no_new_privs",
        no_new_privs,
        "no way back to privileges by exec",
        "any kernel since 3.5",
    ));
    all.push(if rustix::process::geteuid().is_root() {
        present("own user", "each slot has a user that is nobody's".to_owned())
    } else {
        let why = "boxes run as this user, mapped to another in the box".to_owned();
        absent(
            "own user",
            why,
            "run as root to give each slot a user of its own; optional where there are namespaces",
        )
    });
    u8::from(std::io::stdout().write_all(&wire::encode(&all)).is_err())
}

fn layer(name: &str, tried: Result<(), String>, good_for: &str, advice: &str) -> Layer {
    match tried {
        Ok(()) => present(name, good_for.to_owned()),
        Err(why) => absent(name, why, advice),
    }
}

/// Whether `what` works in a process with these namespaces.
fn try_in(namespaces: i32, what: impl FnOnce() -> rustix::io::Result<()>) -> Result<(), String> {
    let child = || what().map_or_else(|error| error.raw_os_error().clamp(1, 255) as u8, |()| 0);
    let (pid, _pidfd) = sys::fork(namespaces, None, child).map_err(|e| e.to_string())?;
    match sys::wait(pid).map_err(|e| e.to_string())?.exit {
        crate::Exit::Code(0) => Ok(()),
        crate::Exit::Code(errno) => Err(std::io::Error::from_raw_os_error(errno).to_string()),
        crate::Exit::Signal(signal) => Err(format!("the attempt was ended by signal {signal}")),
    }
}
