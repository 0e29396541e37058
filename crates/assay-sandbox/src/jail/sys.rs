//! The system calls that rustix does not wrap, and those that are only sound under a promise. All `unsafe` of the
//! workspace is here, but for the loading of compiled modules (`wasi/engine.rs`). Everything in this module that forks or closes descriptors by number is for the helper and its
//! children, which are single-threaded.

#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char, c_int, c_long, c_ulong};
use std::io::{Error, Result};
use std::mem::{size_of, zeroed};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// How a child ended and what it used, from `wait4`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waited {
    pub(super) pid: i32,
    pub(super) exit: crate::Exit,
    pub(super) user: Duration,
    pub(super) system: Duration,
    pub(super) peak_kib: u64,
}

/// `struct clone_args` of clone3(2), first version with `cgroup`.
#[repr(C)]
#[derive(Default)]
struct CloneArgs {
    flags: u64,
    pidfd: u64,
    child_tid: u64,
    parent_tid: u64,
    exit_signal: u64,
    stack: u64,
    stack_size: u64,
    tls: u64,
    set_tid: u64,
    set_tid_size: u64,
    cgroup: u64,
}

const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;

/// Fork with new namespaces (`CLONE_NEW*` flags) and run `child` there; its value is the exit code. Gives the child's pid
/// and a pidfd (close-on-exec). `into` is the v2 cgroup to start in.
pub(super) fn fork(
    namespaces: c_int,
    into: Option<BorrowedFd<'_>>,
    child: impl FnOnce() -> u8,
) -> Result<(i32, OwnedFd)> {
    let mut pidfd: c_int = -1;
    let flags = namespaces | libc::CLONE_PIDFD;
    let pid = if let Some(group) = into {
        let args = CloneArgs {
            flags: u64::from(flags.cast_unsigned()) | CLONE_INTO_CGROUP,
            pidfd: &raw mut pidfd as u64,
            exit_signal: libc::SIGCHLD as u64,
            cgroup: group.as_raw_fd() as u64,
            ..CloneArgs::default()
        };
        // SAFETY: no CLONE_VM, so the child has its own copy of memory; this process has one thread, so no lock can
        // be held by a thread that the child lacks. `args` outlives the call and has the size we state.
        unsafe { libc::syscall(libc::SYS_clone3, &raw const args, size_of::<CloneArgs>()) }
    } else {
        let (flags, none) = (c_long::from(flags | libc::SIGCHLD), 0 as c_long);
        // SAFETY: as above; the third argument is where the kernel stores the pidfd (CLONE_PIDFD).
        unsafe { libc::syscall(libc::SYS_clone, flags, none, &raw mut pidfd, none, none) }
    };
    match pid {
        -1 => Err(Error::last_os_error()),
        0 => {
            let code = catch_unwind(AssertUnwindSafe(child)).unwrap_or(125);
            // SAFETY: ends this process at once; the parent's destructors and buffers are not ours to run.
            unsafe { libc::_exit(c_int::from(code)) }
        }
        // SAFETY: the kernel made this descriptor for us in the call above.
        pid => Ok((pid as i32, unsafe { OwnedFd::from_raw_fd(pidfd) })),
    }
}

/// Start a child that shares our memory until it is another program or ends, and wait until then; `child` comes back only if it does not
/// become one, and its value is the exit code. It has descriptors of its own. Copying the memory of this process, which the child would
/// throw away at once, costs a tenth of a run.
pub(super) fn spawn<F: FnOnce() -> u8>(child: F) -> Result<(i32, OwnedFd)> {
    extern "C" fn enter<F: FnOnce() -> u8>(child: *mut libc::c_void) -> c_int {
        // SAFETY: the pointer that `spawn` passed, whose frame waits for us.
        let child = unsafe { &mut *child.cast::<Option<F>>() }.take();
        c_int::from(catch_unwind(AssertUnwindSafe(|| child.map_or(125, |child| child()))).unwrap_or(125))
    }
    /// Room for what the child calls; only what is touched becomes memory.
    const STACK: usize = 1 << 20;
    let mut stack: Vec<u128> = Vec::with_capacity(STACK / size_of::<u128>());
    let mut child = Some(child);
    let mut pidfd: c_int = -1;
    let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::CLONE_PIDFD | libc::SIGCHLD;
    // SAFETY: CLONE_VFORK stops us until the child is done with our memory, and we have one thread, so it is as if the child's work were
    // ours. It runs on a stack of its own, from its (aligned) upper end down; stack, closure and pidfd outlive the call.
    let pid = unsafe {
        let top = stack.as_mut_ptr().add(stack.capacity());
        libc::clone(enter::<F>, top.cast(), flags, (&raw mut child).cast(), &raw mut pidfd)
    };
    match pid {
        -1 => Err(Error::last_os_error()),
        // SAFETY: the kernel made this descriptor for us in the call above.
        pid => Ok((pid, unsafe { OwnedFd::from_raw_fd(pidfd) })),
    }
}

/// Wait for `pid` (-1: any child).
pub(super) fn wait(pid: i32) -> Result<Waited> {
    let mut status = 0;
    loop {
        // SAFETY: both pointers are to live locals; `rusage` is plain integers, for which zero is valid.
        let (pid, used) = unsafe {
            let mut used: libc::rusage = zeroed();
            (libc::wait4(pid, &raw mut status, libc::__WALL, &raw mut used), used)
        };
        if pid > 0 {
            let exit = if libc::WIFEXITED(status) {
                crate::Exit::Code(libc::WEXITSTATUS(status))
            } else {
                crate::Exit::Signal(libc::WTERMSIG(status))
            };
            let time = |t: libc::timeval| Duration::new(t.tv_sec as u64, t.tv_usec as u32 * 1000);
            let (user, system) = (time(used.ru_utime), time(used.ru_stime));
            return Ok(Waited { pid, exit, user, system, peak_kib: used.ru_maxrss as u64 });
        }
        let error = Error::last_os_error();
        if error.raw_os_error() != Some(libc::EINTR) {
            return Err(error);
        }
    }
}

/// Take over a descriptor that was handed to this process by number.
pub(crate) fn inherited(fd: RawFd) -> Result<OwnedFd> {
    // SAFETY: only asks for flags; any number may be given.
    if unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
        return Err(Error::last_os_error());
    }
    // SAFETY: it is open, and by the helper's protocol nobody else in this process uses it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Make number `to` mean what `fd` means, to be inherited over exec. Whatever `to` was is closed.
pub(super) fn place(fd: BorrowedFd<'_>, to: RawFd) -> Result<()> {
    // SAFETY: `to` is not owned by a live Rust value: callers move all theirs above the numbers they place.
    match unsafe { libc::dup2(fd.as_raw_fd(), to) } {
        -1 => Err(Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Close the numbers from `first` to `last` (both included).
pub(super) fn close_numbers(first: u32, last: u32) -> Result<()> {
    // SAFETY: callers are children about to exec or to wait only; no Rust value that owns one of these is used again.
    match unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) } {
        -1 => Err(Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Close the numbers from `first` on at exec.
pub(super) fn close_at_exec(first: u32) -> Result<()> {
    const CLOEXEC: u32 = 4;
    // SAFETY: sets a flag only.
    match unsafe { libc::syscall(libc::SYS_close_range, first, u32::MAX, CLOEXEC) } {
        -1 => Err(Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Add attributes (`MOUNT_ATTR_*`) to the mount that `fd` names, and to those below it when `recursive`.
pub(super) fn restrict_mount(fd: BorrowedFd<'_>, attributes: u64, recursive: bool) -> Result<()> {
    /// `struct mount_attr` of mount_setattr(2).
    #[repr(C)]
    struct MountAttr {
        set: u64,
        clear: u64,
        propagation: u64,
        userns: u64,
    }
    let attr = MountAttr { set: attributes, clear: 0, propagation: 0, userns: 0 };
    let flags = libc::AT_EMPTY_PATH | if recursive { libc::AT_RECURSIVE } else { 0 };
    // SAFETY: the path is a C string and `attr` has the size we state; both outlive the call.
    let done = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            fd.as_raw_fd(),
            c"".as_ptr(),
            flags,
            &raw const attr,
            size_of::<MountAttr>(),
        )
    };
    if done == 0 { Ok(()) } else { Err(Error::last_os_error()) }
}

/// A new cgroup namespace, whose root is the group we are in.
pub(super) fn leave_cgroup_namespace() -> Result<()> {
    unshare(libc::CLONE_NEWCGROUP)
}

/// A new mount namespace, with everything in it that ours has.
pub(super) fn leave_mount_namespace() -> Result<()> {
    unshare(libc::CLONE_NEWNS)
}

fn unshare(namespace: c_int) -> Result<()> {
    // SAFETY: changes only which groups and mounts this single thread sees.
    match unsafe { libc::unshare(namespace) } {
        0 => Ok(()),
        _ => Err(Error::last_os_error()),
    }
}

/// Bring up `lo` in this network namespace.
pub(super) fn loopback_up(socket: BorrowedFd<'_>) -> Result<()> {
    // SAFETY: `ifreq` is plain data, for which zero is valid; the kernel reads a name and flags from it.
    let done = unsafe {
        let mut request: libc::ifreq = zeroed();
        request.ifr_name[0] = b'l' as c_char;
        request.ifr_name[1] = b'o' as c_char;
        request.ifr_ifru.ifru_flags = libc::IFF_UP as i16;
        libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS as _, &raw const request)
    };
    if done == 0 { Ok(()) } else { Err(Error::last_os_error()) }
}

/// All signals at their default and none blocked, as a fresh program expects; but SIGPIPE, which stays ignored. For the helper, whose
/// children inherit it.
pub(super) fn default_signals() {
    // SAFETY: resets dispositions and the mask of this single thread; SIGKILL and SIGSTOP refuse, which is fine. No Rust
    // code relies on other handlers in a helper.
    unsafe {
        for signal in (1..=64).filter(|signal| *signal != libc::SIGPIPE) {
            libc::signal(signal, libc::SIG_DFL);
        }
        let mut none: libc::sigset_t = zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut());
    }
}

/// The one that [`default_signals`] leaves, for the process that becomes the program.
pub(super) fn default_pipe_signal() {
    // SAFETY: resets one disposition of a process that is about to exec.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
    }
}

/// Turn into the program at `path`; comes back only with an error.
pub(super) fn exec(path: &CStr, args: &[CString], env: &[CString]) -> Error {
    let pointers =
        |all: &[CString]| all.iter().map(|s| s.as_ptr()).chain([std::ptr::null()]).collect::<Vec<_>>();
    let (args, env) = (pointers(args), pointers(env));
    // SAFETY: both arrays end with a null and point to C strings that live in the callers' slices.
    unsafe { libc::execve(path.as_ptr(), args.as_ptr(), env.as_ptr()) };
    Error::last_os_error()
}

/// The newest Landlock version the kernel has, 0 for none.
pub(super) fn landlock_version() -> i64 {
    const VERSION: c_ulong = 1;
    // SAFETY: with this flag the call only asks for a number; the null pointer and size 0 are what it demands.
    unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0usize, VERSION) }
        .max(0)
}

/// The kernel's clock ticks per second, the unit of `/proc/<pid>/stat`.
pub(super) fn ticks_per_second() -> u64 {
    // SAFETY: asks for a number.
    unsafe { libc::sysconf(libc::_SC_CLK_TCK) }.max(1) as u64
}

/// Bytes in a page, the unit of resident memory there.
pub(super) fn page_size() -> u64 {
    // SAFETY: asks for a number.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) }.max(1) as u64
}
