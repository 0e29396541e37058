//! The system calls a box may make, as data: what statically linked Go programs need, with and without the race detector, and
//! the Go compiler and linker. The jail's filter and the profile for an installed runtime are both made from it.

use libc as c;

/// A system call: its name as libc's constant (`SYS_read`), and its number here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Call {
    constant: &'static str,
    pub(crate) number: i64,
}

impl Call {
    /// As the kernel's documentation writes it.
    pub(crate) fn name(self) -> &'static str {
        self.constant.trim_start_matches("SYS_")
    }
}

/// A call that is allowed only with some values of one argument, of which the lower 32 bits are looked at.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) call: Call,
    /// Which argument, from 0.
    pub(crate) argument: u8,
    pub(crate) allowed: Values,
}

/// Values of an argument.
#[derive(Debug, Clone)]
pub(crate) enum Values {
    /// One of these.
    OneOf(Vec<u64>),
    /// Any in which none of these bits is set.
    Without(u64),
}

macro_rules! call {
    ($name:ident) => {
        Call { constant: stringify!($name), number: c::$name }
    };
}

macro_rules! calls {
    ($($name:ident),* $(,)?) => { &[$(call!($name)),*] };
}

/// Answered with `ENOSYS`, which makes libraries fall back to `clone`, whose flags a filter can see. Every other call that is
/// not allowed is `EPERM`, so that a program that probes for a feature goes on without it.
pub(crate) const UNKNOWN: Call = call!(SYS_clone3);

/// Files: opening, reading, writing, names. What can be reached is decided by the mounts.
const FILES: &[Call] = calls![
    SYS_read,
    SYS_write,
    SYS_readv,
    SYS_writev,
    SYS_pread64,
    SYS_pwrite64,
    SYS_preadv,
    SYS_pwritev,
    SYS_openat,
    SYS_close,
    SYS_close_range,
    SYS_fstat,
    SYS_newfstatat,
    SYS_statx,
    SYS_statfs,
    SYS_fstatfs,
    SYS_lseek,
    SYS_faccessat,
    SYS_faccessat2,
    SYS_getdents64,
    SYS_readlinkat,
    SYS_getcwd,
    SYS_chdir,
    SYS_fchdir,
    SYS_renameat,
    SYS_renameat2,
    SYS_mkdirat,
    SYS_unlinkat,
    SYS_linkat,
    SYS_symlinkat,
    SYS_fchmod,
    SYS_fchmodat,
    SYS_fchown,
    SYS_fchownat,
    SYS_utimensat,
    SYS_truncate,
    SYS_ftruncate,
    SYS_fallocate,
    SYS_fsync,
    SYS_fdatasync,
    SYS_fadvise64,
    SYS_copy_file_range,
    SYS_sendfile,
    SYS_splice,
    SYS_umask,
    SYS_dup,
    SYS_dup3,
    SYS_pipe2,
    SYS_memfd_create,
];

/// The older names of the same, which only x86-64 has.
#[cfg(target_arch = "x86_64")]
const OLD_NAMES: &[Call] = calls![
    SYS_open,
    SYS_stat,
    SYS_lstat,
    SYS_access,
    SYS_readlink,
    SYS_rename,
    SYS_mkdir,
    SYS_rmdir,
    SYS_unlink,
    SYS_link,
    SYS_symlink,
    SYS_chmod,
    SYS_chown,
    SYS_lchown,
    SYS_dup2,
    SYS_pipe,
    SYS_fork,
    SYS_vfork,
    SYS_getpgrp,
    SYS_pause,
    SYS_alarm,
    SYS_time,
    SYS_epoll_create,
    SYS_epoll_wait,
    SYS_poll,
    SYS_select,
    SYS_arch_prctl,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD_NAMES: &[Call] = &[];

/// Memory.
const MEMORY: &[Call] = calls![
    SYS_mmap,
    SYS_mprotect,
    SYS_munmap,
    SYS_mremap,
    SYS_madvise,
    SYS_mincore,
    SYS_msync,
    SYS_mlock,
    SYS_munlock,
    SYS_brk,
];

/// Threads, processes, signals, time, waiting.
const PROCESSES: &[Call] = calls![
    SYS_futex,
    SYS_sched_yield,
    SYS_sched_getaffinity,
    SYS_sched_setaffinity,
    SYS_getcpu,
    SYS_set_robust_list,
    SYS_get_robust_list,
    SYS_rseq,
    SYS_membarrier,
    SYS_set_tid_address,
    SYS_gettid,
    SYS_getpid,
    SYS_getppid,
    SYS_getpgid,
    SYS_getsid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_getgroups,
    SYS_getresuid,
    SYS_getresgid,
    SYS_prlimit64,
    SYS_getrlimit,
    SYS_setrlimit,
    SYS_getrusage,
    SYS_getpriority,
    SYS_times,
    SYS_sysinfo,
    SYS_uname,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_rt_sigpending,
    SYS_rt_sigtimedwait,
    SYS_rt_sigsuspend,
    SYS_sigaltstack,
    SYS_tgkill,
    SYS_restart_syscall,
    SYS_setitimer,
    SYS_getitimer,
    SYS_timer_create,
    SYS_timer_settime,
    SYS_timer_gettime,
    SYS_timer_delete,
    SYS_timerfd_create,
    SYS_timerfd_settime,
    SYS_timerfd_gettime,
    SYS_eventfd2,
    SYS_nanosleep,
    SYS_clock_nanosleep,
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_gettimeofday,
    SYS_execve,
    SYS_exit,
    SYS_exit_group,
    SYS_wait4,
    SYS_waitid,
    SYS_epoll_create1,
    SYS_epoll_ctl,
    SYS_epoll_pwait,
    SYS_epoll_pwait2,
    SYS_ppoll,
    SYS_pselect6,
    SYS_getrandom,
];

/// Signals to others and sessions: harmless inside a pid namespace. Without one they are refused, so that the process
/// group holds everything that was started.
const OWN_PID_NAMESPACE: &[Call] =
    calls![SYS_kill, SYS_tkill, SYS_setsid, SYS_setpgid, SYS_pidfd_open, SYS_pidfd_send_signal,];

/// Sockets inside a network namespace that holds only its own loopback.
const OWN_NETWORK: &[Call] = calls![
    SYS_bind,
    SYS_connect,
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    SYS_getsockname,
    SYS_getpeername,
    SYS_getsockopt,
    SYS_setsockopt,
    SYS_sendto,
    SYS_recvfrom,
    SYS_sendmsg,
    SYS_recvmsg,
    SYS_shutdown,
];

/// What may be called with any arguments; `namespaces` says whether the box has pid and network namespaces of its own.
pub(crate) fn always(namespaces: bool) -> impl Iterator<Item = Call> {
    let own = if namespaces { [OWN_PID_NAMESPACE, OWN_NETWORK] } else { [&[] as &[Call]; 2] };
    [FILES, OLD_NAMES, MEMORY, PROCESSES].into_iter().chain(own).flatten().copied()
}

/// What may be called with some arguments.
pub(crate) fn rules(namespaces: bool) -> Vec<Rule> {
    let one_of = |call, argument, values: &[i64]| {
        let allowed = Values::OneOf(values.iter().map(|value| value.cast_unsigned()).collect());
        Rule { call, argument, allowed }
    };
    let mut rules = vec![
        one_of(call!(SYS_socketpair), 0, &[c::AF_UNIX.into()]),
        // The race detector runs itself again with ADDR_NO_RANDOMIZE (0x40000) where mappings are too random for it;
        // 0xffffffff asks without changing.
        one_of(call!(SYS_personality), 0, &[0, 0x0004_0000, 0xffff_ffff]),
        one_of(call!(SYS_prctl), 0, &HARMLESS_OPTIONS.map(i64::from)),
        // FIONREAD and the two of isatty. TIOCSTI is not among them.
        one_of(
            call!(SYS_ioctl),
            1,
            &[c::FIONREAD, c::TCGETS, c::TIOCGWINSZ, c::FIOCLEX, c::FIONCLEX].map(|request| request as i64),
        ),
        // No locks and no leases: two boxes may show the same host file, and locks on it would be a channel between them.
        one_of(call!(SYS_fcntl), 1, &OWN_DESCRIPTORS.map(i64::from)),
        Rule { call: call!(SYS_clone), argument: 0, allowed: Values::Without(NAMESPACES as u64) },
    ];
    if namespaces {
        rules.push(one_of(call!(SYS_socket), 0, &[c::AF_UNIX, c::AF_INET, c::AF_INET6].map(i64::from)));
    }
    rules
}

/// Of prctl.
const HARMLESS_OPTIONS: [c::c_int; 6] = [
    c::PR_SET_NAME,
    c::PR_GET_NAME,
    c::PR_SET_VMA,
    c::PR_GET_DUMPABLE,
    c::PR_SET_PDEATHSIG,
    c::PR_SET_THP_DISABLE,
];

/// Of fcntl.
const OWN_DESCRIPTORS: [c::c_int; 10] = [
    c::F_DUPFD,
    c::F_DUPFD_CLOEXEC,
    c::F_GETFD,
    c::F_SETFD,
    c::F_GETFL,
    c::F_SETFL,
    c::F_GETPIPE_SZ,
    c::F_SETPIPE_SZ,
    c::F_ADD_SEALS,
    c::F_GET_SEALS,
];

/// Of clone.
const NAMESPACES: c::c_int = c::CLONE_NEWNS
    | c::CLONE_NEWCGROUP
    | c::CLONE_NEWUTS
    | c::CLONE_NEWIPC
    | c::CLONE_NEWUSER
    | c::CLONE_NEWPID
    | c::CLONE_NEWNET;
