//! Where cgroups can be made: below our own group, or below the root of the mount when a container hides ours. Groups carry
//! the pid and start time of their server, so that those of a server that died can be told apart and removed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::stat;

const PREFIX: &str = "assay-";
/// The v2 leaf that the server moves itself into: a group with processes may not have controlled children.
const LEAF: &str = "assay-server";
/// Where runtimes look for version 2.
const V2_ROOT: &str = "/sys/fs/cgroup";

/// Folders in which groups of slots are made.
#[derive(Debug, Clone)]
pub(crate) enum Places {
    V1 { memory: PathBuf, pids: PathBuf, cpu: Option<PathBuf>, cpuacct: PathBuf },
    V2(PathBuf),
}

impl Places {
    /// Find them and make them ready for groups. The error says what is missing.
    pub(crate) fn find() -> Result<Places, String> {
        match Places::look()? {
            Places::V2(own) => delegate(&own).map(Places::V2),
            v1 @ Places::V1 { .. } => Ok(v1),
        }
    }

    /// Find them and change nothing.
    fn look() -> Result<Places, String> {
        let found = found()?;
        let v1 = |name: &str| found.get(name).and_then(|spots| spots.iter().find(|s| writable(s)).cloned());
        if let (Some(memory), Some(pids), Some(cpuacct)) = (v1("memory"), v1("pids"), v1("cpuacct")) {
            return Ok(Places::V1 { memory, pids, cpu: v1("cpu"), cpuacct });
        }
        let Some(own) = v1("") else {
            let wanted = ["memory", "pids", "cpuacct"].map(|n| (n, v1(n).is_some()));
            let missing: Vec<&str> = wanted.into_iter().filter(|(_, is)| !is).map(|(n, _)| n).collect();
            return Err(format!("no writable cgroup for {}", missing.join(", ")));
        };
        Ok(Places::V2(own))
    }

    /// The same, but version 1 from where each controller is mounted, wherever our own group is: some runtimes know no other place.
    pub(crate) fn below_mounts(self) -> Result<Places, String> {
        let Places::V1 { .. } = self else { return Ok(self) };
        let found = found()?;
        let of = |name: &str| found.get(name).and_then(|spots| spots.last().cloned());
        match (of("memory"), of("pids"), of("cpuacct")) {
            (Some(memory), Some(pids), Some(cpuacct)) => {
                Ok(Places::V1 { memory, pids, cpu: of("cpu"), cpuacct })
            }
            _ => Err("no cgroup for memory, pids and cpuacct".to_owned()),
        }
    }

    /// Each controller that limits a box, and where its groups are made if they can be.
    pub(crate) fn controllers(&self) -> [(&'static str, Option<&Path>); 3] {
        match self {
            Places::V1 { memory, pids, cpu, .. } => {
                [("memory", Some(memory.as_path())), ("pids", Some(pids)), ("cpu", cpu.as_deref())]
            }
            Places::V2(base) => ["memory", "pids", "cpu"].map(|name| (name, Some(base.as_path()))),
        }
    }

    /// Every group of this process, also in controllers that limit nothing of ours.
    pub(crate) fn own_groups() -> Vec<PathBuf> {
        let above = |own: PathBuf| if in_leaf(&own) { own.parent().unwrap_or(&own).to_owned() } else { own };
        let spots = found().unwrap_or_default().into_values().flatten().map(above);
        let prefix = own_prefix();
        let entries = spots.filter_map(|folder| fs::read_dir(folder).ok()).flatten();
        let mut all: Vec<PathBuf> = entries
            .flatten()
            .filter(|e| e.file_name().to_str().is_some_and(|name| name.starts_with(&prefix)))
            .map(|e| e.path())
            .collect();
        all.sort();
        all.dedup();
        all
    }

    fn folders(&self) -> Vec<&Path> {
        match self {
            Places::V1 { memory, pids, cpu, cpuacct } => {
                let cpu = cpu.as_deref();
                [Some(memory.as_path()), Some(pids), cpu, Some(cpuacct)].into_iter().flatten().collect()
            }
            Places::V2(base) => vec![base],
        }
    }

    /// Groups whose server is dead, wherever groups can be made.
    pub(crate) fn all_stale() -> Vec<PathBuf> {
        let base =
            |own: &Path| if in_leaf(own) { own.parent().unwrap_or(own).to_owned() } else { own.to_owned() };
        match Places::look() {
            Ok(Places::V2(own)) => Places::V2(base(&own)).stale(),
            Ok(v1) => v1.stale(),
            Err(_) => vec![],
        }
    }

    fn stale(&self) -> Vec<PathBuf> {
        let mut all = vec![];
        for folder in self.folders() {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            all.extend(entries.filter(|e| e.file_name().to_str().is_some_and(is_stale)).map(|e| e.path()));
        }
        all.sort();
        all.dedup();
        all
    }

    /// The path of the group `name`, as the file of an installed runtime has it. Relative to the runtime's own group on v1, where
    /// each controller may have another; on v2 from the root, because runtimes do not agree on where else it begins.
    pub(crate) fn for_runtime(&self, name: &str) -> PathBuf {
        match self {
            Places::V1 { .. } => name.into(),
            Places::V2(base) => Path::new("/").join(base.strip_prefix(V2_ROOT).unwrap_or(base)).join(name),
        }
    }

    /// Where version 2 is mounted beside version 1, with nothing in it: some runtimes refuse such a machine.
    pub(crate) fn idle_v2(&self) -> Option<PathBuf> {
        let Places::V1 { .. } = self else { return None };
        let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
        mounts.lines().find_map(|line| {
            let (mount, system) = line.split_once(" - ")?;
            system.starts_with("cgroup2 ").then(|| mount.split(' ').nth(4).map(PathBuf::from))?
        })
    }

    /// Kill what is left of dead servers' boxes and remove their groups.
    pub(crate) fn reap(&self) {
        for folder in self.stale() {
            kill_members(&folder, None);
            if let Err(error) = fs::remove_dir(&folder) {
                tracing::warn!("removing the stale cgroup {}: {error}", folder.display());
            }
        }
    }
}

/// Remove the groups of a container from every controller. A runtime makes them in all, also in those that limit nothing of ours, and
/// one that dies while it does so knows of none.
pub(crate) fn remove_everywhere(name: &str) {
    let spots: BTreeSet<PathBuf> = found().unwrap_or_default().into_values().flatten().collect();
    for folder in spots.into_iter().map(|spot| spot.join(name)).filter(|folder| folder.is_dir()) {
        kill_members(&folder, None);
        if let Err(error) = fs::remove_dir(&folder) {
            tracing::warn!("removing the cgroup {}: {error}", folder.display());
        }
    }
}

/// For a new group, or a new folder, of this process.
pub(crate) fn new_name() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    format!("{}{}", own_prefix(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// How the names of everything that this process makes begin.
pub(crate) fn own_prefix() -> String {
    let me = std::process::id();
    let started = stat::read(me.cast_signed()).map_or(0, |stat| stat.started);
    format!("{PREFIX}{me}-{started}-")
}

/// Whether the server that made something of this name is dead.
pub(crate) fn is_stale(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(PREFIX).and_then(|rest| rest.split('.').next()) else { return false };
    let numbers: Option<Vec<u64>> = rest.split('-').map(|word| word.parse().ok()).collect();
    let Some([pid, started, _number]) = numbers.as_deref() else { return false };
    i32::try_from(*pid).ok().and_then(stat::read).is_none_or(|stat| stat.started != *started)
}

/// Kill the processes in a group but `keep`, and wait (up to two seconds) until they are gone. True if there were any.
pub(crate) fn kill_members(folder: &Path, keep: Option<i32>) -> bool {
    let deadline = Instant::now() + Duration::from_secs(2);
    let mut any = false;
    loop {
        let list = fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
        // 0 is a process outside our pid namespace, -1 would be everybody.
        let members = list.lines().filter_map(|line| line.trim().parse::<i32>().ok()).filter(|pid| *pid > 1);
        let members: Vec<i32> = members.filter(|pid| Some(*pid) != keep).collect();
        if members.is_empty() || Instant::now() > deadline {
            return any;
        }
        any = true;
        for pid in members.into_iter().filter_map(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// What this process can see of [`controllers`].
fn found() -> Result<BTreeMap<String, Vec<PathBuf>>, String> {
    let read = |path| fs::read_to_string(path).map_err(|e| format!("{path}: {e}"));
    Ok(controllers(&read("/proc/self/mountinfo")?, &read("/proc/self/cgroup")?))
}

/// For each controller (v2: the empty name) the folders to try, the one of our own group first.
fn controllers(mountinfo: &str, cgroup: &str) -> BTreeMap<String, Vec<PathBuf>> {
    let mut own: BTreeMap<&str, &str> = BTreeMap::new();
    for line in cgroup.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        if let (Some(names), Some(path)) = (parts.next(), parts.next()) {
            own.extend(names.split(',').map(|name| (name, path)));
        }
    }
    let mut found: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for line in mountinfo.lines() {
        let Some((mount, system)) = line.split_once(" - ") else { continue };
        let (mount, system): (Vec<&str>, Vec<&str>) =
            (mount.split(' ').collect(), system.split(' ').collect());
        let ([_, _, _, root, point, ..], [kind, _, options, ..]) = (&mount[..], &system[..]) else {
            continue;
        };
        let names: Vec<&str> = match *kind {
            "cgroup2" => vec![""],
            "cgroup" => options.split(',').filter(|name| own.contains_key(name)).collect(),
            _ => continue,
        };
        for name in names {
            let path = own.get(name).copied().unwrap_or("/");
            let below = path.strip_prefix(root.trim_end_matches('/')).unwrap_or("").trim_start_matches('/');
            let point = Path::new(point);
            found.entry(name.to_owned()).or_default().extend([point.join(below), point.to_owned()]);
        }
    }
    found
}

fn writable(folder: &Path) -> bool {
    folder.join("cgroup.procs").exists()
        && rustix::fs::access(folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_ok()
}

fn in_leaf(own: &Path) -> bool {
    own.file_name().is_some_and(|name| name == LEAF)
}

/// Make a v2 group able to hold slots: move ourselves into a leaf, then hand the controllers down. `EBUSY` means that
/// others live in the group too.
fn delegate(own: &Path) -> Result<PathBuf, String> {
    let base = if in_leaf(own) { own.parent().unwrap_or(own) } else { own };
    let say = |what: &str, e: &std::io::Error| format!("{what} in {}: {e}", base.display());
    let wanted = ["memory", "pids", "cpu"];
    let offered =
        fs::read_to_string(base.join("cgroup.controllers")).map_err(|e| say("reading controllers", &e))?;
    let missing: Vec<&str> =
        wanted.into_iter().filter(|w| !offered.split_whitespace().any(|o| o == *w)).collect();
    if !missing.is_empty() {
        return Err(format!("the cgroup {} is not given {}", base.display(), missing.join(", ")));
    }
    if !in_leaf(own) {
        let leaf = base.join(LEAF);
        let _ = fs::create_dir(&leaf);
        fs::write(leaf.join("cgroup.procs"), "0").map_err(|e| say("moving the server into a leaf", &e))?;
    }
    fs::write(base.join("cgroup.subtree_control"), "+memory +pids +cpu")
        .map_err(|e| say("handing controllers down (other processes live there?)", &e))?;
    Ok(base.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mountinfo: &str, cgroup: &str, name: &str, expect: &[&str]) {
        let found = controllers(mountinfo, cgroup);
        let got: Vec<&str> = found.get(name).into_iter().flatten().filter_map(|p| p.to_str()).collect();
        assert_eq!(got, expect);
    }

    #[test]
    fn version_one_has_a_folder_per_controller() {
        let mounts = "30 24 0:26 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n\
                      31 24 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory";
        let own = "4:memory:/a/b\n1:cpu,cpuacct:/\n0::/";
        check(mounts, own, "memory", &["/sys/fs/cgroup/memory/a/b", "/sys/fs/cgroup/memory"]);
        check(mounts, own, "cpuacct", &["/sys/fs/cgroup/cpu,cpuacct/", "/sys/fs/cgroup/cpu,cpuacct"]);
        check(mounts, own, "pids", &[]);
    }

    #[test]
    fn a_mount_may_show_only_our_part_of_the_tree() {
        let mounts = "31 24 0:27 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory";
        check(
            mounts,
            "4:memory:/docker/abc/x",
            "memory",
            &["/sys/fs/cgroup/memory/x", "/sys/fs/cgroup/memory"],
        );
    }

    #[test]
    fn version_two_is_one_folder() {
        let mounts = "30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate";
        let own = "0::/system.slice/assay.service";
        check(mounts, own, "", &["/sys/fs/cgroup/system.slice/assay.service", "/sys/fs/cgroup"]);
    }

    #[test]
    fn only_names_of_dead_servers_are_stale() {
        assert!(!is_stale(&new_name()), "this process is alive");
        assert!(is_stale(&format!("assay-{}-1-0", std::process::id())), "the pid was used again");
        assert!(is_stale("assay-2147483647-5-0"));
        for name in ["assay-server", "assay-1-2", "assay-x-y-z", "user.slice"] {
            assert!(!is_stale(name), "{name}");
        }
    }
}
