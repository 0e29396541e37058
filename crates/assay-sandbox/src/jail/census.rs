//! What there is of a server's boxes at one moment, counted on the host: what two counts between runs differ in has leaked.

use std::collections::BTreeMap;
use std::fs;

use serde::{Deserialize, Serialize};

use super::places::{Places, own_prefix};
use super::{probe, stat};

/// Counts of what belongs to this process and its boxes. Between runs nothing of a box may be in them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Census {
    /// Helpers.
    pub helpers: usize,
    /// Processes that descend from this one and are no helpers; zombies too.
    pub processes: usize,
    /// Cgroup folders of this process.
    pub groups: usize,
    /// Members of those that are no helpers.
    pub members: usize,
    /// Mounts that this process sees.
    pub mounts: usize,
    /// Folders of boxes without namespaces.
    pub folders: usize,
    /// Open descriptors of this process.
    pub descriptors: usize,
    /// Open descriptors of all helpers.
    pub helper_descriptors: usize,
    /// Resident memory of this process, KiB.
    pub resident_kib: u64,
    /// Resident memory of all helpers, KiB.
    pub helper_resident_kib: u64,
}

impl Census {
    /// Count now.
    pub fn take() -> Census {
        let me = std::process::id().cast_signed();
        let all = everybody();
        let (helpers, others): (Vec<i32>, Vec<i32>) = all
            .keys()
            .copied()
            .filter(|pid| descends(*pid, me, &all))
            .partition(|pid| probe::is_helper(*pid));
        let resident = |pid: &i32| stat::read(*pid).map_or(0, |stat| stat.resident >> 10);
        let groups = Places::own_groups();
        let member_lists =
            groups.iter().filter_map(|folder| fs::read_to_string(folder.join("cgroup.procs")).ok());
        let members = member_lists.map(|list| {
            list.lines()
                .filter_map(|line| line.trim().parse().ok())
                .filter(|pid| !helpers.contains(pid))
                .count()
        });
        Census {
            processes: others.len(),
            members: members.sum(),
            groups: groups.len(),
            mounts: fs::read_to_string("/proc/self/mountinfo").map_or(0, |text| text.lines().count()),
            folders: own_folders(),
            descriptors: descriptors(me),
            helper_descriptors: helpers.iter().map(|pid| descriptors(*pid)).sum(),
            resident_kib: resident(&me),
            helper_resident_kib: helpers.iter().map(resident).sum(),
            helpers: helpers.len(),
        }
    }

    /// What there is more of than `before`, by name and both counts; memory left out, which caches may keep.
    pub fn more_than(&self, before: &Census) -> Vec<String> {
        let pairs = [
            ("helpers", before.helpers, self.helpers),
            ("processes", before.processes, self.processes),
            ("cgroups", before.groups, self.groups),
            ("cgroup members", before.members, self.members),
            ("mounts", before.mounts, self.mounts),
            ("folders", before.folders, self.folders),
            ("descriptors", before.descriptors, self.descriptors),
            ("descriptors of helpers", before.helper_descriptors, self.helper_descriptors),
        ];
        let more = pairs.into_iter().filter(|(_, before, after)| after > before);
        more.map(|(what, before, after)| format!("{what}: {before} before, {after} after")).collect()
    }
}

/// Every process and its parent.
fn everybody() -> BTreeMap<i32, i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|e| e.file_name().to_str()?.parse::<i32>().ok());
    pids.filter_map(|pid| Some((pid, stat::read(pid)?.parent))).collect()
}

fn descends(pid: i32, from: i32, all: &BTreeMap<i32, i32>) -> bool {
    // A chain of parents is never longer than there are processes.
    std::iter::successors(all.get(&pid), |parent| all.get(parent))
        .take(all.len())
        .any(|parent| *parent == from)
}

fn descriptors(pid: i32) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count)
}

fn own_folders() -> usize {
    let prefix = own_prefix();
    let entries = fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
    entries.filter(|e| e.file_name().to_str().is_some_and(|name| name.starts_with(&prefix))).count()
}
