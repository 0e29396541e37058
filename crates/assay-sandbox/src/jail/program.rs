//! The last steps before the program: descriptors, resource limits, no way back to privileges, Landlock, seccomp, exec.
//! Runs in the process that becomes the program.

use std::ffi::CString;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::thread::{CapabilitySet, CapabilitySets};

use super::fence::Allow;
use super::wire::{Order, Place};
use super::{Doing, Setup, fence, filter, sys};
use crate::Limits;

/// The program's descriptors, as they came with the order.
pub(super) struct Handles {
    pub(super) stdin: OwnedFd,
    pub(super) stdout: OwnedFd,
    pub(super) stderr: OwnedFd,
    pub(super) dialogue: Option<(OwnedFd, OwnedFd)>,
    pub(super) outputs: Vec<OwnedFd>,
}

/// Numbers from here on are free of meaning for the program.
pub(super) const ABOVE: i32 = 64;
const FIRST_OUTPUT: i32 = 10;

/// Become the program of `order`. Comes back with what went wrong, or with `Ok` when the order names no program.
pub(super) fn become_program(order: &Order, handles: &Handles) -> Setup<()> {
    match prepare(order, handles)? {
        None => Ok(()),
        Some((path, args, env)) => {
            let error = sys::exec(&path, &args, &env);
            Err(format!("executing {} in the box: {error}", path.to_string_lossy()))
        }
    }
}

type Call = (CString, Vec<CString>, Vec<CString>);

fn prepare(order: &Order, handles: &Handles) -> Setup<Option<Call>> {
    place_handles(&handles.numbered())?;
    limit_resources(order).doing("setting resource limits")?;
    let call = call(order)?;
    drop_privileges().doing("dropping privileges")?;
    close_files(order)?;
    let namespaces = matches!(order.place, Place::Namespaces { .. });
    let filter = filter::program(namespaces).as_ref().doing("building the system call filter")?;
    sys::default_pipe_signal();
    seccompiler::apply_filter(filter).doing("installing the system call filter")?;
    Ok(call)
}

impl Handles {
    /// Which number each has in the box.
    pub(super) fn numbered(&self) -> Vec<(i32, BorrowedFd<'_>)> {
        let mut all = vec![(0, self.stdin.as_fd()), (1, self.stdout.as_fd()), (2, self.stderr.as_fd())];
        if let Some((challenges, replies)) = &self.dialogue {
            all.extend([(3, challenges.as_fd()), (4, replies.as_fd())]);
        }
        all.extend((FIRST_OUTPUT..).zip(self.outputs.iter().map(AsFd::as_fd)));
        all
    }

    /// The same without a number left out: runtimes hand down only a row of descriptors. The gaps are further copies of standard
    /// input, which says nothing new and cannot be written.
    pub(super) fn filled(&self) -> Vec<(i32, BorrowedFd<'_>)> {
        let all = self.numbered();
        let last = all.iter().map(|(number, _)| *number).max().unwrap_or(2);
        let named = |number| all.iter().find(|(at, _)| *at == number).map(|(_, fd)| *fd);
        (0..=last).map(|number| (number, named(number).unwrap_or(self.stdin.as_fd()))).collect()
    }
}

/// Everything that is named goes to its number; all other descriptors close, now or at exec.
pub(super) fn place_handles(wanted: &[(i32, BorrowedFd<'_>)]) -> Setup<()> {
    // First all out of the way, or placing one could close another.
    let up = |(to, fd): &(i32, BorrowedFd<'_>)| Ok((*to, rustix::io::fcntl_dupfd_cloexec(fd, ABOVE)?));
    let moved: rustix::io::Result<Vec<(i32, OwnedFd)>> = wanted.iter().map(up).collect();
    let moved = moved.doing("moving descriptors")?;
    sys::close_at_exec(0).doing("closing descriptors")?;
    for (to, fd) in &moved {
        sys::place(fd.as_fd(), *to).doing("placing descriptors")?;
    }
    // Their owners live in this process's copy of the memory and must not close the new meanings of those numbers.
    for (_, fd) in moved {
        std::mem::forget(fd);
    }
    Ok(())
}

/// Resource limits of every box. `largest_output` is that of an output file, 0 without any.
pub(crate) fn resource_limits(limits: &Limits, largest_output: u64) -> [(Resource, u64); 8] {
    [
        (Resource::Core, 0),
        (Resource::Fsize, limits.disk.max(largest_output)),
        (Resource::Nofile, 1024),
        // The watch decides by the whole box's time; this holds if the server is too late.
        (Resource::Cpu, limits.cpu.as_secs() + 2),
        (Resource::Memlock, 0),
        (Resource::Msgqueue, 0),
        // Also the number of timers: each keeps a queued signal.
        (Resource::Sigpending, 1024),
        (Resource::Stack, 8 << 20),
    ]
}

fn limit_resources(order: &Order) -> rustix::io::Result<()> {
    let set = |resource, value| setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) });
    let limits = &order.limits;
    let largest_output = if order.outputs > 0 { order.output_bytes } else { 0 };
    for (resource, value) in resource_limits(limits, largest_output) {
        set(resource, value)?;
    }
    match &order.place {
        // The runtime sets a container's.
        Place::Namespaces { count_processes: false, .. } | Place::Container(_) => {}
        Place::Namespaces { .. } => set(Resource::Nproc, u64::from(limits.pids))?,
        Place::Folder { uid, .. } => {
            // The count is per user: meaningful only when the box has one to itself.
            if uid.is_some() {
                set(Resource::Nproc, u64::from(limits.pids))?;
            }
            // The watch samples resident memory; this stops a burst between two samples. Address space that Go and the
            // race detector reserve without using is not counted here.
            set(Resource::Data, limits.memory.saturating_mul(4).saturating_add(512 << 20))?;
        }
    }
    Ok(())
}

fn call(order: &Order) -> Setup<Option<Call>> {
    let Some(program) = &order.program else { return Ok(None) };
    let c = |s: &str| CString::new(s).doing(format_args!("passing {s:?}"));
    let args = [Ok(c(program.as_str())?)].into_iter().chain(order.args.iter().map(|a| c(a)));
    let env = order.env.iter().map(|(k, v)| c(&format!("{k}={v}")));
    Ok(Some((c(program.as_str())?, args.collect::<Setup<_>>()?, env.collect::<Setup<_>>()?)))
}

fn drop_privileges() -> rustix::io::Result<()> {
    rustix::thread::set_no_new_privs(true)?;
    for capability in CapabilitySet::all().iter() {
        // Not all that this library knows are known to the kernel; without CAP_SETPCAP there is nothing to drop.
        let _ = rustix::thread::remove_capability_from_bounding_set(capability);
    }
    let none = CapabilitySet::empty();
    rustix::thread::set_capabilities(
        None,
        CapabilitySets { effective: none, permitted: none, inheritable: none },
    )
}

fn close_files(order: &Order) -> Setup<()> {
    let devices = ["/dev/null", "/dev/zero", "/dev/urandom"].map(|d| (PathBuf::from(d), Allow::Use));
    let (mut rules, own_network): (Vec<(PathBuf, Allow)>, bool) = match &order.place {
        Place::Namespaces { .. } => {
            // Nothing in /proc may be written: not even one's own memory.
            (vec![("/".into(), Allow::Read), ("/tmp".into(), Allow::Write)], true)
        }
        Place::Folder { root, reads, .. } => {
            let mut rules = vec![(root.clone(), Allow::Read), (root.join("tmp"), Allow::Write)];
            rules.extend(reads.iter().map(|path| (path.clone(), Allow::Read)));
            // Through the pid, which stays the same over exec: other processes' folders stay closed.
            rules.push((format!("/proc/{}", std::process::id()).into(), Allow::Read));
            (rules, false)
        }
        // Its program is the runtime's to start.
        Place::Container(_) => (vec![], true),
    };
    rules.extend(devices);
    let rules: Vec<(&Path, Allow)> =
        rules.iter_mut().map(|(p, a)| (p.as_path(), std::mem::replace(a, Allow::Read))).collect();
    fence::close(&rules, own_network).doing("closing the file system with Landlock")
}
