//! The cgroup of one slot: limits before a run, counters during and after it. Version 1 has a folder per controller, with
//! the helper in it and counters that go on from run to run (we keep what they were); version 2 has one folder, made anew
//! for each run, in which only the box lives.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::knobs::Knobs;
use super::places::{Places, kill_members, new_name};
use super::stat;
use crate::{Fault, Limits};

/// The kernel hands out processor time by this.
pub(crate) const PERIOD_MICROS: u64 = 100_000;
/// Read, and reset by writing.
const PEAK: &str = "memory.max_usage_in_bytes";

/// One slot's cgroup. Removed on drop.
#[derive(Debug)]
pub(crate) struct Group {
    folders: Folders,
    knobs: Knobs,
    before: Counters,
}

#[derive(Debug)]
enum Folders {
    V1 { memory: PathBuf, pids: PathBuf, cpu: Option<PathBuf>, cpuacct: PathBuf },
    V2(PathBuf),
}

/// Where the counters stood before the run.
#[derive(Debug, Default, Clone, Copy)]
struct Counters {
    cpu: Duration,
    split: (Duration, Duration),
    oom_kills: u64,
    pids_refused: u64,
    memory: u64,
}

impl Group {
    /// A group for a slot of this process.
    pub(crate) fn create(places: &Places) -> Result<Group, Fault> {
        let group = Group::named(places, &new_name());
        group.make()?;
        Ok(group)
    }

    /// A group of this name that somebody else makes.
    pub(crate) fn named(places: &Places, name: &str) -> Group {
        let folders = match places {
            Places::V1 { memory, pids, cpu, cpuacct } => Folders::V1 {
                memory: memory.join(name),
                pids: pids.join(name),
                cpu: cpu.as_deref().map(|cpu| cpu.join(name)),
                cpuacct: cpuacct.join(name),
            },
            Places::V2(base) => Folders::V2(base.join(name)),
        };
        Group { folders, knobs: Knobs::default(), before: Counters::default() }
    }

    /// Make the folders that are not there; a helper that ends takes them along.
    pub(crate) fn make(&self) -> Result<(), Fault> {
        self.knobs.forget();
        self.folders().iter().try_for_each(|folder| make(folder))
    }

    /// The folders that the slot's helper is to live in.
    pub(crate) fn for_helper(&self) -> Vec<PathBuf> {
        match &self.folders {
            Folders::V1 { .. } => self.folders(),
            Folders::V2(_) => vec![],
        }
    }

    fn folders(&self) -> Vec<PathBuf> {
        let mut all = match &self.folders {
            Folders::V1 { memory, pids, cpu, cpuacct } => {
                [Some(memory), Some(pids), cpu.as_ref(), Some(cpuacct)]
                    .into_iter()
                    .flatten()
                    .cloned()
                    .collect()
            }
            Folders::V2(folder) => vec![folder.clone()],
        };
        // Controllers that are mounted together share a folder.
        all.sort();
        all.dedup();
        all
    }

    /// Set the limits of the next run and note the counters. Gives the folder to start the box in (v2).
    pub(crate) fn prepare(&mut self, limits: &Limits, cores: u32) -> Result<Option<OwnedFd>, Fault> {
        let quota = u64::from(cores) * PERIOD_MICROS;
        let into = match &self.folders {
            Folders::V1 { memory, pids, cpu, .. } => {
                set_v1_memory(&self.knobs, memory, limits.memory)?;
                // The helper and the first process are in there too.
                self.knobs.set(pids, "pids.max", u64::from(limits.pids) + 2)?;
                if let Some(cpu) = cpu {
                    self.knobs.set(cpu, "cpu.cfs_period_us", PERIOD_MICROS)?;
                    self.knobs.set(cpu, "cpu.cfs_quota_us", quota)?;
                }
                reset_peak(memory)?;
                None
            }
            Folders::V2(folder) => {
                // Made anew, so that every counter begins at zero.
                let _ = fs::remove_dir(folder);
                self.make()?;
                self.knobs.set(folder, "memory.max", limits.memory)?;
                // Not there without swap.
                let _ = self.knobs.set(folder, "memory.swap.max", 0);
                self.knobs.set(folder, "pids.max", u64::from(limits.pids) + 1)?;
                self.knobs.set(folder, "cpu.max", format!("{quota} {PERIOD_MICROS}"))?;
                let open = fs::File::open(folder);
                Some(open.map_err(|e| Fault::io(format!("opening {}", folder.display()), &e))?.into())
            }
        };
        self.count_from_here()?;
        self.before.memory = self.memory_now();
        Ok(into)
    }

    /// A runtime has made the group. With `pid`, the process that is to become the program, set the limits exactly (the
    /// runtime itself needs more than some programs are given); count from here.
    pub(crate) fn begin(&mut self, limits: &Limits, pid: Option<i32>) -> Result<(), Fault> {
        if let Some(pid) = pid {
            self.knobs.forget();
            self.must_hold(pid)?;
            match &self.folders {
                Folders::V1 { memory, pids, .. } => {
                    set_v1_memory(&self.knobs, memory, limits.memory)?;
                    self.knobs.set(pids, "pids.max", limits.pids)?;
                    reset_peak(memory)?;
                }
                Folders::V2(folder) => {
                    self.knobs.set(folder, "memory.max", limits.memory)?;
                    // Not there without swap.
                    let _ = self.knobs.set(folder, "memory.swap.max", 0);
                    self.knobs.set(folder, "pids.max", limits.pids)?;
                }
            }
        }
        self.count_from_here()
    }

    /// A runtime may have its own idea of where a path of a group begins; then nothing would be limited or counted.
    fn must_hold(&self, pid: i32) -> Result<(), Fault> {
        for folder in self.folders() {
            let list = self.knobs.read(&folder, "cgroup.procs")?;
            if !list.lines().any(|line| line.trim().parse() == Ok(pid)) {
                return Err(Fault::new(format!("the runtime did not put the box into {}", folder.display())));
            }
        }
        Ok(())
    }

    fn count_from_here(&mut self) -> Result<(), Fault> {
        self.before = Counters::default();
        self.before = Counters {
            cpu: self.cpu()?,
            split: self.cpu_split(),
            oom_kills: self.oom_kills()?,
            pids_refused: self.refused()?,
            memory: 0,
        };
        Ok(())
    }

    /// CPU time of the run so far.
    pub(crate) fn cpu(&self) -> Result<Duration, Fault> {
        let total = match &self.folders {
            Folders::V1 { cpuacct, .. } => {
                Duration::from_nanos(number(&self.knobs, cpuacct, "cpuacct.usage")?)
            }
            Folders::V2(folder) => {
                Duration::from_micros(field(&self.knobs, folder, "cpu.stat", "usage_usec")?)
            }
        };
        Ok(total.saturating_sub(self.before.cpu))
    }

    /// User and system time of the run so far, to the kernel's tick.
    pub(crate) fn cpu_split(&self) -> (Duration, Duration) {
        let split = match &self.folders {
            Folders::V1 { cpuacct, .. } => number(&self.knobs, cpuacct, "cpuacct.usage_user")
                .and_then(|user| Ok((user, number(&self.knobs, cpuacct, "cpuacct.usage_sys")?)))
                .map(|(user, system)| (Duration::from_nanos(user), Duration::from_nanos(system))),
            Folders::V2(folder) => field(&self.knobs, folder, "cpu.stat", "user_usec")
                .and_then(|user| Ok((user, field(&self.knobs, folder, "cpu.stat", "system_usec")?)))
                .map(|(user, system)| (Duration::from_micros(user), Duration::from_micros(system))),
        };
        let (user, system) = split.unwrap_or_default();
        (user.saturating_sub(self.before.split.0), system.saturating_sub(self.before.split.1))
    }

    /// How many processes the kernel has killed in this run because memory ran out.
    pub(crate) fn oom_kills(&self) -> Result<u64, Fault> {
        let total = match &self.folders {
            Folders::V1 { memory, .. } => field(&self.knobs, memory, "memory.oom_control", "oom_kill")?,
            Folders::V2(folder) => field(&self.knobs, folder, "memory.events", "oom_kill")?,
        };
        Ok(total.saturating_sub(self.before.oom_kills))
    }

    fn refused(&self) -> Result<u64, Fault> {
        let (Folders::V1 { pids: folder, .. } | Folders::V2(folder)) = &self.folders;
        field(&self.knobs, folder, "pids.events", "max")
    }

    /// Whether the run was refused a process or thread.
    pub(crate) fn pids_refused(&self) -> bool {
        self.refused().is_ok_and(|total| total > self.before.pids_refused)
    }

    fn memory_now(&self) -> u64 {
        match &self.folders {
            Folders::V1 { memory, .. } => number(&self.knobs, memory, "memory.usage_in_bytes").unwrap_or(0),
            Folders::V2(_) => 0,
        }
    }

    /// Most memory that the run used at once, without what earlier runs left in the page cache.
    pub(crate) fn peak(&self) -> u64 {
        let peak = match &self.folders {
            Folders::V1 { memory, .. } => number(&self.knobs, memory, PEAK),
            Folders::V2(folder) => number(&self.knobs, folder, "memory.peak"),
        };
        peak.unwrap_or(0).saturating_sub(self.before.memory)
    }

    /// Whether a thread of the box is running, ready to run, or waiting for a disk.
    pub(crate) fn is_busy(&self, helper: i32) -> bool {
        let list = match &self.folders {
            Folders::V1 { pids, .. } => pids.join("tasks"),
            Folders::V2(folder) => folder.join("cgroup.threads"),
        };
        let list = fs::read_to_string(list).unwrap_or_default();
        let threads =
            list.lines().filter_map(|line| line.trim().parse::<i32>().ok()).filter(|id| *id != helper);
        threads.filter_map(stat::read).any(|thread| matches!(thread.state, 'R' | 'D'))
    }

    /// Kill whatever is in the group but `keep`, and wait until it is gone. True if something was there.
    pub(crate) fn clear(&self, keep: Option<i32>) -> bool {
        self.folders().iter().any(|folder| self.has_others(folder, keep) && kill_members(folder, keep))
    }

    /// Whether somebody but `keep` is in the folder, as far as can be told.
    fn has_others(&self, folder: &Path, keep: Option<i32>) -> bool {
        let keep = keep.map(|pid| pid.to_string()).unwrap_or_default();
        self.knobs.read(folder, "cgroup.procs").is_ok_and(|list| list.lines().any(|pid| pid != keep))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        for folder in self.folders() {
            kill_members(&folder, None);
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The limit with swap must never be below the one without: which goes first depends on where they stand.
fn set_v1_memory(knobs: &Knobs, folder: &Path, bytes: u64) -> Result<(), Fault> {
    let names = ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"];
    let both = |names: [&str; 2]| names.into_iter().try_for_each(|name| knobs.set(folder, name, bytes));
    if !folder.join(names[1]).exists() {
        return knobs.set(folder, names[0], bytes);
    }
    both(names).or_else(|_| both([names[1], names[0]])).or_else(|_| {
        // Earlier runs' page cache stands in the way.
        knobs.write(folder, "memory.force_empty", 0)?;
        both(names)
    })
}

fn reset_peak(memory: &Path) -> Result<(), Fault> {
    fs::write(memory.join(PEAK), "0").map_err(|e| Fault::io("resetting a cgroup's peak", &e))
}

fn make(folder: &Path) -> Result<(), Fault> {
    fs::create_dir(folder).or_else(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => Ok(()),
        _ => Err(Fault::io(format!("making the cgroup {}", folder.display()), &e)),
    })
}

fn number(knobs: &Knobs, folder: &Path, name: &str) -> Result<u64, Fault> {
    let text = knobs.read(folder, name)?;
    text.trim().parse().map_err(|_| Fault::new(format!("{name} holds no number: {text:?}")))
}

/// The number after `key` in a file of `key number` lines.
fn field(knobs: &Knobs, folder: &Path, name: &str, key: &str) -> Result<u64, Fault> {
    let text = knobs.read(folder, name)?;
    let found = text.lines().find_map(|line| line.strip_prefix(key)?.trim().parse().ok());
    found.ok_or_else(|| Fault::new(format!("{name} has no {key}: {text:?}")))
}
