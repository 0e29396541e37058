//! What a runtime is told of a box.

use std::path::{Path, PathBuf};

use oci_spec::OciSpecError;
use oci_spec::runtime::{
    Capabilities, Linux, LinuxBuilder, LinuxCapabilitiesBuilder, LinuxCpuBuilder, LinuxDeviceCgroup,
    LinuxDeviceCgroupBuilder, LinuxDeviceType, LinuxIdMapping, LinuxIdMappingBuilder, LinuxMemoryBuilder,
    LinuxNamespaceBuilder, LinuxNamespaceType, LinuxPidsBuilder, LinuxResources, LinuxResourcesBuilder,
    Mount, MountBuilder, PosixRlimitBuilder, PosixRlimitType, Process, ProcessBuilder, RootBuilder, Spec,
    SpecBuilder, UserBuilder,
};
use rustix::fs::{StatVfsMountFlags, statvfs};
use rustix::process::Resource;

use super::seccomp;
use crate::jail::cgroup::PERIOD_MICROS;
use crate::jail::init::INSIDE;
use crate::jail::program::resource_limits;
use crate::{Job, Source};

/// Of the runtimes' own specification: what all of them have had for years.
const VERSION: &str = "1.0.2";
/// A runtime runs in the box's cgroup while it sets the box up, and does not get by with less.
const LEAST_MEMORY: u64 = 64 << 20;
const LEAST_PIDS: u32 = 64;
/// The same of a file: crun writes some while it is under the box's limits already. Where there is no `tmp/`, nothing but files in
/// memory could be this large.
const LEAST_FILE: u64 = 64 << 10;
/// Of linux/mem.h: null, zero, urandom.
const MEMORY_DEVICES: i64 = 1;
pub(super) const DEVICES: [(&str, i64); 3] = [("null", 3), ("zero", 5), ("urandom", 9)];

/// Where one box is.
pub(super) struct Ground<'a> {
    /// Holds `rootfs` and `dev`.
    pub(super) folder: &'a Path,
    pub(super) cgroup: PathBuf,
    pub(super) cores: u32,
    /// On the host: of the program, and of whom the runtime sets the box up as.
    pub(super) user: u32,
    pub(super) root: u32,
}

/// The whole description.
pub(super) fn spec(job: &Job, ground: &Ground<'_>) -> Result<Spec, OciSpecError> {
    SpecBuilder::default()
        .version(VERSION)
        .root(RootBuilder::default().path("rootfs").readonly(true).build()?)
        .hostname("box")
        .mounts(mounts(job, ground)?)
        .process(process(job)?)
        .linux(linux(job, ground)?)
        .build()
}

fn process(job: &Job) -> Result<Process, OciSpecError> {
    let program = job.program.as_str();
    // A name without a slash would be looked up in a PATH that the box has not.
    let program = if program.contains('/') { program.to_owned() } else { format!("./{program}") };
    let none = Capabilities::new();
    let capabilities = LinuxCapabilitiesBuilder::default()
        .bounding(none.clone())
        .effective(none.clone())
        .inheritable(none.clone())
        .permitted(none.clone())
        .ambient(none)
        .build()?;
    let largest_output = if job.outputs > 0 { job.output_bytes } else { 0 };
    let largest_output = largest_output.max(LEAST_FILE);
    let limits = resource_limits(&job.limits, largest_output).into_iter().map(|(resource, value)| {
        PosixRlimitBuilder::default().typ(posix(resource)).hard(value).soft(value).build()
    });
    ProcessBuilder::default()
        .terminal(false)
        .user(UserBuilder::default().uid(INSIDE).gid(INSIDE).umask(0o022_u32).build()?)
        .args([vec![program], job.args.clone()].concat())
        .env(job.env.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>())
        .cwd("/")
        .capabilities(capabilities)
        .rlimits(limits.collect::<Result<Vec<_>, _>>()?)
        .no_new_privileges(true)
        .oom_score_adj(1000)
        .build()
}

fn posix(resource: Resource) -> PosixRlimitType {
    match resource {
        Resource::Core => PosixRlimitType::RlimitCore,
        Resource::Fsize => PosixRlimitType::RlimitFsize,
        Resource::Nofile => PosixRlimitType::RlimitNofile,
        Resource::Cpu => PosixRlimitType::RlimitCpu,
        Resource::Memlock => PosixRlimitType::RlimitMemlock,
        Resource::Msgqueue => PosixRlimitType::RlimitMsgqueue,
        Resource::Sigpending => PosixRlimitType::RlimitSigpending,
        Resource::Stack => PosixRlimitType::RlimitStack,
        other => unreachable!("{other:?} is not among the limits of a box"),
    }
}

fn mounts(job: &Job, ground: &Ground<'_>) -> Result<Vec<Mount>, OciSpecError> {
    let mut all = vec![];
    for entry in &job.entries {
        if let Source::Host(path) = &entry.source {
            all.push(shown(path, entry.at.as_str(), &["nosuid", "nodev"])?);
        }
    }
    // A folder of ours, or the runtime would fill one with terminals and more devices.
    all.push(shown(&ground.folder.join("dev"), "dev", &["nosuid", "noexec"])?);
    for (name, _) in DEVICES {
        all.push(shown(&Path::new("/dev").join(name), &format!("dev/{name}"), &["nosuid", "noexec"])?);
    }
    // Read-only, so that a program cannot even write its own memory; and of processes only.
    let proc = ["nosuid", "nodev", "noexec", "ro", "subset=pid", "hidepid=invisible"].map(str::to_owned);
    all.push(mount("/proc", "proc", Path::new("proc"), proc.to_vec())?);
    if job.limits.disk > 0 {
        let size = format!("size={}", job.limits.disk);
        let options = ["nosuid", "nodev", &size, "nr_inodes=4096", "mode=1777"].map(str::to_owned);
        all.push(mount("/tmp", "tmpfs", Path::new("tmpfs"), options.to_vec())?);
    }
    Ok(all)
}

/// A file or folder of the host, read-only.
fn shown(host: &Path, at: &str, flags: &[&str]) -> Result<Mount, OciSpecError> {
    let given = ["bind", "ro"].iter().chain(flags).copied();
    let kept = flags_of(host).into_iter().filter(|flag| !flags.contains(flag));
    mount(&format!("/{at}"), "bind", host, given.chain(kept).map(str::to_owned).collect())
}

/// Flags of the mount that the file is on; in a user namespace they must be kept.
fn flags_of(host: &Path) -> Vec<&'static str> {
    let Ok(found) = statvfs(host) else { return vec![] };
    let names = [
        (StatVfsMountFlags::NOSUID, "nosuid"),
        (StatVfsMountFlags::NODEV, "nodev"),
        (StatVfsMountFlags::NOEXEC, "noexec"),
        (StatVfsMountFlags::NOATIME, "noatime"),
        (StatVfsMountFlags::NODIRATIME, "nodiratime"),
        (StatVfsMountFlags::RELATIME, "relatime"),
    ];
    names.into_iter().filter(|(flag, _)| found.f_flag.contains(*flag)).map(|(_, name)| name).collect()
}

fn mount(at: &str, kind: &str, source: &Path, options: Vec<String>) -> Result<Mount, OciSpecError> {
    MountBuilder::default().destination(at).typ(kind).source(source).options(options).build()
}

fn linux(job: &Job, ground: &Ground<'_>) -> Result<Linux, OciSpecError> {
    use LinuxNamespaceType::{Cgroup, Ipc, Mount, Network, Pid, User, Uts};
    let namespaces = [User, Pid, Network, Ipc, Uts, Mount, Cgroup]
        .map(|kind| LinuxNamespaceBuilder::default().typ(kind).build())
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;
    let mapped = || -> Result<Vec<LinuxIdMapping>, OciSpecError> {
        let one = |inside: u32, host: u32| {
            LinuxIdMappingBuilder::default().container_id(inside).host_id(host).size(1_u32).build()
        };
        Ok(vec![one(0, ground.root)?, one(INSIDE, ground.user)?])
    };
    LinuxBuilder::default()
        .namespaces(namespaces)
        .uid_mappings(mapped()?)
        .gid_mappings(mapped()?)
        .cgroups_path(ground.cgroup.clone())
        .resources(resources(job, ground.cores)?)
        .seccomp(seccomp::profile()?)
        // What of the kernel could be there to hide is not there.
        .masked_paths(Vec::<String>::new())
        .readonly_paths(Vec::<String>::new())
        .build()
}

fn resources(job: &Job, cores: u32) -> Result<LinuxResources, OciSpecError> {
    let limits = &job.limits;
    let memory = limits.memory.max(LEAST_MEMORY);
    let quota = u64::from(cores) * PERIOD_MICROS;
    LinuxResourcesBuilder::default()
        .memory(LinuxMemoryBuilder::default().limit(memory.cast_signed()).build()?)
        .pids(LinuxPidsBuilder::default().limit(i64::from(limits.pids.max(LEAST_PIDS))).build()?)
        .cpu(LinuxCpuBuilder::default().quota(quota.cast_signed()).period(PERIOD_MICROS).build()?)
        .devices(devices()?)
        .build()
}

fn devices() -> Result<Vec<LinuxDeviceCgroup>, OciSpecError> {
    let none = LinuxDeviceCgroupBuilder::default().allow(false).access("rwm").build()?;
    let one = |(_, minor): (&str, i64)| {
        LinuxDeviceCgroupBuilder::default()
            .allow(true)
            .typ(LinuxDeviceType::C)
            .major(MEMORY_DEVICES)
            .minor(minor)
            .access("rw")
            .build()
    };
    [Ok(none)].into_iter().chain(DEVICES.map(one)).collect()
}
