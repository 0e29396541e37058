//! What a run uses: from the slot's cgroup, or, without one, summed over the helper's descendants in `/proc` (every orphan
//! in a box is adopted by its first process or by the helper, so none escapes the sum).

use std::collections::BTreeMap;
use std::fs;
use std::os::fd::OwnedFd;
use std::time::Duration;

use super::cgroup::Group;
use super::stat::{self, Stat};
use crate::{Fault, Limits};

/// The source of a slot's figures.
#[derive(Debug)]
pub(crate) enum Gauge {
    Group(Group),
    Processes(Descendants),
}

/// Figures without a cgroup.
#[derive(Debug, Default)]
pub(crate) struct Descendants {
    helper: i32,
    before: Duration,
    limit: u64,
    most: u64,
}

impl Gauge {
    /// Before a run: set limits where the gauge can, and begin to count.
    pub(crate) fn prepare(
        &mut self,
        limits: &Limits,
        cores: u32,
        helper: i32,
    ) -> Result<Option<OwnedFd>, Fault> {
        match self {
            Gauge::Group(group) => group.prepare(limits, cores),
            Gauge::Processes(counts) => {
                *counts = Descendants { helper, limit: limits.memory, ..Descendants::default() };
                counts.before = counts.sum().0;
                Ok(None)
            }
        }
    }

    /// A runtime has made a container with these limits, and `pid` is to become its program: begin to count.
    pub(crate) fn begin(&mut self, limits: &Limits, pid: Option<i32>) -> Result<(), Fault> {
        match self {
            Gauge::Group(group) => group.begin(limits, pid),
            Gauge::Processes(_) => Err(Fault::new("a container without a cgroup of ours")),
        }
    }

    /// CPU time of the run so far.
    pub(crate) fn cpu(&mut self) -> Result<Duration, Fault> {
        match self {
            Gauge::Group(group) => group.cpu(),
            Gauge::Processes(counts) => {
                let (cpu, resident) = counts.sum();
                counts.most = counts.most.max(resident);
                Ok(cpu.saturating_sub(counts.before))
            }
        }
    }

    /// Whether memory ran out: the kernel killed for it, or (sampled) more is resident than allowed.
    pub(crate) fn out_of_memory(&self) -> Result<bool, Fault> {
        match self {
            Gauge::Group(group) => Ok(group.oom_kills()? > 0),
            Gauge::Processes(counts) => Ok(counts.most > counts.limit),
        }
    }

    /// Whether a thread of the box is running, ready to run, or waiting for a disk.
    pub(crate) fn is_busy(&self, helper: i32) -> bool {
        match self {
            Gauge::Group(group) => group.is_busy(helper),
            Gauge::Processes(counts) => counts.members().values().any(|p| matches!(p.state, 'R' | 'D')),
        }
    }

    /// Most memory at once.
    pub(crate) fn peak(&self) -> u64 {
        match self {
            Gauge::Group(group) => group.peak(),
            Gauge::Processes(counts) => counts.most,
        }
    }

    /// The cgroup, where there is one.
    pub(crate) fn group(&self) -> Option<&Group> {
        match self {
            Gauge::Group(group) => Some(group),
            Gauge::Processes(_) => None,
        }
    }
}

impl Descendants {
    fn members(&self) -> BTreeMap<i32, Stat> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = entries.filter_map(|e| e.file_name().to_str()?.parse::<i32>().ok());
        let all: BTreeMap<i32, Stat> = pids.filter_map(|pid| Some((pid, stat::read(pid)?))).collect();
        let below = |pid: i32| {
            let mut at = pid;
            // A chain of parents is never longer than there are processes.
            for _ in 0..all.len() {
                match all.get(&at) {
                    Some(stat) if stat.parent == self.helper => return true,
                    Some(stat) => at = stat.parent,
                    None => return false,
                }
            }
            false
        };
        all.iter().filter(|(pid, _)| below(**pid)).map(|(pid, stat)| (*pid, *stat)).collect()
    }

    /// CPU time ever used by descendants, and their resident memory now.
    fn sum(&self) -> (Duration, u64) {
        let reaped = stat::read(self.helper).map_or(Duration::ZERO, |helper| helper.children_cpu);
        self.members().values().fold((reaped, 0), |(cpu, resident), one| {
            (cpu + one.cpu + one.children_cpu, resident + one.resident)
        })
    }
}
