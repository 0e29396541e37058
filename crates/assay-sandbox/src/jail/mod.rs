//! The backend `jail`: Linux namespaces, cgroups, Landlock and seccomp, without a daemon.
//!
//! # Theory of operation
//!
//! **Who runs where.** The *server* (any program with a [`Jail`]) has one *helper* per slot: its own binary started again, a
//! small process with one thread, in the slot's cgroup, at the other end of a packet socket ([`wire`]). For each job the
//! server packs an order and descriptors ([`order`]) and follows the run ([`session`]); the helper clones the *first
//! process* of a box into fresh user, mount, pid, network, IPC, host name and cgroup namespaces ([`helper`]); that one builds
//! the root ([`root`]), forks the *program* ([`program`]) and waits ([`init`]).
//!
//! ```text
//! server ─ socket ─ helper ─ clone ─ first process ─ fork ─ program ─ its children
//!    └──── report socket, pipes, memory files ────────────────┘
//!          └──────────── slot's cgroup (v1; on v2 from the first process on) ─────┘
//! ```
//!
//! **What dies when.** The program ends: the first process reports its status and exits, and the kernel kills everything
//! else in the pid namespace; the helper waits for that, and says that nothing is left. A limit passes: the server writes
//! down which, asks for last words if the job wants them, then kills the first process through its pidfd. A helper dies: the
//! first process gets its parent-death signal, the server sees the end of the report socket, calls it a fault, and starts
//! another helper. The server dies: each helper sees the end of its socket (not a signal: the kernel ties those to the
//! *thread* that started the child, and threads of a runtime come and go), kills its box, leaves its cgroup, removes it. If
//! even that fails, the next server removes groups whose server is dead ([`places`]).
//!
//! **What stops what.** Mounts: the host's files are not there. Pid namespace: nothing survives, nothing outside can be
//! signalled. Network namespace: only its own loopback, no abstract sockets of the host. IPC and host name: no shared
//! memory, no names. User namespace: its user is nobody outside, and never root. Cgroup: memory, processes, CPU share and
//! the figures. seccomp ([`filter`]): the kernel's attack surface, sockets of other families, namespaces in namespaces.
//! Landlock ([`fence`]): files again, and no writing in `/proc`. Resource limits: file size, queued signals, and what holds if
//! the server is late. `no_new_privs` and no capabilities: no way back. The first process is hidden and cannot be traced; it
//! holds the report socket, which the program must never have.
//!
//! **Fallback.** Without namespaces ([`folder`], [`scratch`]) Landlock hides files, seccomp refuses sockets and leaving the
//! session, a user of its own (if we are root) guards other processes, and figures are summed over `/proc` ([`gauge`]).
//! It is weaker: names and sizes of host files can still be asked for, and disk is limited per file. It is never used
//! unless it was allowed.

pub(crate) mod calls;
mod capture;
mod census;
pub(crate) mod cgroup;
mod container;
mod fence;
mod filter;
mod folder;
pub(crate) mod gauge;
mod helper;
pub(crate) mod init;
mod knobs;
pub(crate) mod order;
pub(crate) mod places;
mod probe;
pub(crate) mod program;
pub(crate) mod queue;
mod root;
pub(crate) mod scratch;
mod search;
pub(crate) mod session;
pub(crate) mod slot;
mod stat;
mod sys;
mod talk;
mod watch;
pub(crate) mod wire;

pub(crate) use sys::inherited;

pub use census::Census;
pub use probe::{Layer, Leftover, layers, layers_with, leftovers};

use std::fmt::Display;
use std::path::PathBuf;
use std::time::Duration;

use crate::{Dialogue, Fault, Job, Limits, Outcome, Sandbox, Silent};
use places::Places;
use queue::Queue;
use slot::{Ground, Slot};

/// A step of setting up a box, or what went wrong in words.
type Setup<T> = Result<T, String>;

/// Say what was being done when something failed.
trait Doing<T> {
    fn doing(self, what: impl Display) -> Setup<T>;
}

impl<T, E: Display> Doing<T> for Result<T, E> {
    fn doing(self, what: impl Display) -> Setup<T> {
        self.map_err(|error| format!("{what}: {error}"))
    }
}

/// How to set up a [`Jail`].
#[derive(Debug, Clone)]
pub struct JailConfig {
    /// How many jobs run at once, at least 1.
    pub slots: usize,
    /// A binary whose `main` begins with [`helper_main_if_asked`]; `None` for the running one.
    pub helper: Option<PathBuf>,
    /// Processors a box may use at once.
    pub cores: u32,
    /// As root, boxes of slot `n` run as user and group `first_uid + n`, which must be nobody's.
    pub first_uid: u32,
    /// Whether the weaker box without namespaces may be used where namespaces cannot be had, and figures without cgroups.
    pub allow_fallback: bool,
    /// Use the weaker box, and no cgroups, even where they can be had: to try it out.
    pub force_fallback: bool,
}

impl Default for JailConfig {
    /// One slot, the running binary as helper, two processors, users from 61000, no fallback.
    fn default() -> JailConfig {
        JailConfig {
            slots: 1,
            helper: None,
            cores: 2,
            first_uid: 61_000,
            allow_fallback: false,
            force_fallback: false,
        }
    }
}

/// The sandbox of this machine's kernel. Boxes end when it is dropped.
#[derive(Debug)]
pub struct Jail {
    ground: Ground,
    queue: Queue<Slot>,
    slots: usize,
}

impl Jail {
    /// Start the helpers and try a box out.
    ///
    /// # Errors
    /// What this machine does not let us do, and what to change. Nothing ever runs outside a box instead.
    pub fn start(config: JailConfig) -> Result<Jail, Fault> {
        let places = match Places::find() {
            _ if config.force_fallback => None,
            Ok(places) => Some(places),
            Err(why) if config.allow_fallback => {
                tracing::warn!("no cgroup to limit boxes with, sampling instead: {why}");
                None
            }
            Err(why) => {
                return Err(Fault::new(format!("no cgroup to limit boxes with: {why}")).advise(
                    "run as root, or as a systemd service with Delegate=yes; or allow the fallback",
                ));
            }
        };
        if let Some(places) = &places {
            places.reap();
        }
        scratch::reap();
        let namespaces = !config.force_fallback;
        let helper = config.helper.clone().unwrap_or_else(slot::own_binary);
        let (cores, first_uid) = (config.cores.max(1), config.first_uid);
        let ground = Ground { helper, cores, first_uid, places, namespaces };
        match Jail::open(ground.clone(), config.slots.max(1)) {
            Err(fault) if namespaces && config.allow_fallback => {
                tracing::warn!("no box with namespaces, falling back: {fault}");
                Jail::open(Ground { namespaces: false, ..ground }, config.slots.max(1))
            }
            Err(fault) if namespaces && fault.advice.is_empty() => {
                Err(fault.advise("`assay doctor` says what is missing; the weaker fallback can be allowed"))
            }
            other => other,
        }
    }

    fn open(ground: Ground, slots: usize) -> Result<Jail, Fault> {
        if !ground.namespaces && sys::landlock_version() == 0 {
            return Err(Fault::new(
                "neither namespaces nor Landlock can be had here: nothing would hide the host's files",
            )
            .advise("allow user namespaces, or use a kernel with Landlock (5.13 or later, lsm=landlock)"));
        }
        let mut all = vec![];
        for number in 0..slots {
            all.push(Slot::start(&ground, number)?);
        }
        let trial = Job {
            limits: Limits { wall: Duration::from_secs(30), ..Limits::default() },
            ..Job::new("trial".parse().map_err(|e| Fault::new(format!("{e}")))?)
        };
        let outcome = all[0].run(&ground, &trial, false, &mut Silent)?;
        if !outcome.succeeded() {
            return Err(Fault::new(format!(
                "an empty box ended with {:?} ({:?})",
                outcome.exit, outcome.killed
            )));
        }
        Ok(Jail { ground, queue: Queue::new(all), slots })
    }

    /// Whether boxes have namespaces of their own (and are not the weaker fallback).
    pub fn has_namespaces(&self) -> bool {
        self.ground.namespaces
    }

    /// Whether limits and figures come from cgroups.
    pub fn has_cgroups(&self) -> bool {
        self.ground.places.is_some()
    }
}

impl Sandbox for Jail {
    fn run(&self, job: &Job, dialogue: &mut dyn Dialogue) -> Result<Outcome, Fault> {
        self.queue.take().run(&self.ground, job, true, dialogue)
    }

    fn name(&self) -> &'static str {
        "jail"
    }

    fn slots(&self) -> usize {
        self.slots
    }
}

/// The fuzz target of the helper's protocol.
#[cfg(fuzzing)]
pub fn fuzz_helper_message(bytes: &[u8]) {
    wire::fuzz(bytes);
}

/// First line of `main` of every binary that has a [`Jail`] or a [`crate::Wasi`], or is named as a helper or worker: if it was
/// started as one, it lives that life and never comes back.
pub fn helper_main_if_asked() {
    let argument = std::env::args_os().nth(1);
    crate::wasi::worker_main_if_asked(argument.as_deref());
    match argument {
        Some(arg) if arg == helper::ARGUMENT => std::process::exit(i32::from(helper::main())),
        Some(arg) if arg == probe::ARGUMENT => std::process::exit(i32::from(probe::main())),
        _ => {}
    }
}
