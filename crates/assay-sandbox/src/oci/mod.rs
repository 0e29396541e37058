//! The backend `oci`: the same jobs, each in a container that an installed runtime makes (runsc, crun, runc).
//!
//! # Theory of operation
//!
//! For each run the server lays out a *bundle* ([`bundle`]): a folder with the tree of the box and the runtime's description of
//! it ([`spec`]), which says what the jail says: the same namespaces, the same system calls, the same resource limits. A
//! *helper* of the jail, one per slot, calls the runtime (`jail::container`) and is the one whose adopted child the program
//! becomes, so that how it ended comes from the kernel and not from the runtime's exit code. Everything else is the jail's:
//! streams, dialogue, clocks, cgroup counters, and the decision why a run was ended ([`session`](crate::jail::session)).
//!
//! ```text
//! server ─ socket ─ helper ─ create, start ─ runtime          (of them only the program stays)
//!    │                 └───── adopted ─────── program ─ its children
//!    └─ delete, when the cgroup has been read
//! ```
//!
//! **What dies when.** The program is the first process of its pid namespace: when it ends, or is killed through its pidfd, the
//! kernel kills everything else in it. The server dies: the helper sees the end of its socket and deletes the container. Both
//! die: the next server finds the bundle by its name and deletes the container it holds ([`take_away_stale`]).
//!
//! **What differs from the jail.** No Landlock; `/proc` is mounted read-only instead. The program is process 1: the kernel
//! keeps signals from it that it has no handler for, also its own. Runtimes set `HOME` where a job sets none, and hand down only
//! a row of descriptors: gaps are copies of standard input. Bytes of entries are on the host's disk and not in the box's
//! memory. A runtime with a kernel of its own (runsc) uses processes, memory and time for it, which are counted too.

mod bundle;
mod runtime;
mod seccomp;
mod slot;
mod spec;

pub(crate) use bundle::take_away_stale;
pub use runtime::{Installed, installed};

use std::path::PathBuf;
use std::time::Duration;

use crate::jail::places::Places;
use crate::jail::queue::Queue;
use crate::jail::{scratch, slot as jail_slot};
use crate::{Dialogue, Fault, Job, Limits, Outcome, Sandbox, Silent};
use runtime::Runtime;
use slot::{Ground, Slot};

/// How to set up an [`Oci`].
#[derive(Debug, Clone)]
pub struct OciConfig {
    /// The runtime's program; the name of the file says how to talk to it. See [`installed`].
    pub runtime: PathBuf,
    /// How many jobs run at once, at least 1.
    pub slots: usize,
    /// A binary whose `main` begins with [`crate::helper_main_if_asked`]; `None` for the running one.
    pub helper: Option<PathBuf>,
    /// Processors a box may use at once.
    pub cores: u32,
    /// Boxes of slot `n` have the users and groups `first_uid + 2 n` (the program) and the one after it (whom the runtime sets
    /// it up as), which must be nobody's.
    pub first_uid: u32,
}

impl OciConfig {
    /// One slot with this runtime, the running binary as helper, two processors, users from 62000.
    pub fn new(runtime: impl Into<PathBuf>) -> OciConfig {
        OciConfig { runtime: runtime.into(), slots: 1, helper: None, cores: 2, first_uid: 62_000 }
    }
}

/// Containers of an installed runtime. They end when it is dropped.
#[derive(Debug)]
pub struct Oci {
    ground: Ground,
    queue: Queue<Slot>,
    slots: usize,
}

impl Oci {
    /// Start the helpers and have the runtime make a container.
    ///
    /// # Errors
    /// What this machine or the runtime does not let us do, and what to change. Nothing ever runs outside a box instead.
    pub fn start(config: OciConfig) -> Result<Oci, Fault> {
        if !rustix::process::geteuid().is_root() {
            return Err(Fault::new("only root can give a runtime users that are nobody's, and cgroups")
                .advise("run as root, or use the backend jail, which needs neither"));
        }
        let places = Places::find().map_err(|why| {
            Fault::new(format!("no cgroup to limit boxes with: {why}"))
                .advise("run as root, or as a systemd service with Delegate=yes")
        })?;
        scratch::reap();
        places.reap();
        let runtime = Runtime::look_at(&config.runtime)?;
        let places = if runtime.knows_own_group { Ok(places) } else { places.below_mounts() };
        let ground = Ground {
            runtime,
            helper: config.helper.unwrap_or_else(jail_slot::own_binary),
            cores: config.cores.max(1),
            first_uid: config.first_uid,
            places: places.map_err(Fault::new)?,
        };
        let slots = config.slots.max(1);
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
            let (exit, killed) = (outcome.exit, outcome.killed);
            return Err(Fault::new(format!("an empty container ended with {exit:?} ({killed:?})")));
        }
        Ok(Oci { ground, queue: Queue::new(all), slots })
    }

    /// What the runtime says it is, e.g. `runc version 1.1.5`.
    pub fn version(&self) -> &str {
        &self.ground.runtime.version
    }
}

impl Sandbox for Oci {
    fn run(&self, job: &Job, dialogue: &mut dyn Dialogue) -> Result<Outcome, Fault> {
        if (job.dialogue || job.outputs > 0) && !self.hands_down_descriptors() {
            return Err(Fault::new(format!(
                "{} cannot hand descriptors to a program, which a dialogue and output files need",
                self.version()
            ))
            .advise("install a newer one, or use another runtime or the backend jail"));
        }
        self.queue.take().run(&self.ground, job, true, dialogue)
    }

    fn name(&self) -> &'static str {
        self.ground.runtime.backend
    }

    fn slots(&self) -> usize {
        self.slots
    }

    fn hands_down_descriptors(&self) -> bool {
        self.ground.runtime.hands_down
    }
}
