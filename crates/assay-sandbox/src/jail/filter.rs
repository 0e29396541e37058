//! The system calls a box may make: what statically linked Go programs need, with and without the race detector, and the
//! Go compiler and linker. Everything else is `EPERM`, so that a program that probes for a feature goes on without it;
//! `clone3` is `ENOSYS`, which makes libraries fall back to `clone`, whose flags a filter can see.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use libc as c;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op, SeccompCondition, SeccompFilter,
    SeccompRule, sock_filter,
};

use super::search;

/// Files: opening, reading, writing, names. What can be reached is decided by the mounts.
const FILES: &[i64] = &[
    c::SYS_read,
    c::SYS_write,
    c::SYS_readv,
    c::SYS_writev,
    c::SYS_pread64,
    c::SYS_pwrite64,
    c::SYS_preadv,
    c::SYS_pwritev,
    c::SYS_openat,
    c::SYS_close,
    c::SYS_close_range,
    c::SYS_fstat,
    c::SYS_newfstatat,
    c::SYS_statx,
    c::SYS_statfs,
    c::SYS_fstatfs,
    c::SYS_lseek,
    c::SYS_faccessat,
    c::SYS_faccessat2,
    c::SYS_getdents64,
    c::SYS_readlinkat,
    c::SYS_getcwd,
    c::SYS_chdir,
    c::SYS_fchdir,
    c::SYS_renameat,
    c::SYS_renameat2,
    c::SYS_mkdirat,
    c::SYS_unlinkat,
    c::SYS_linkat,
    c::SYS_symlinkat,
    c::SYS_fchmod,
    c::SYS_fchmodat,
    c::SYS_fchown,
    c::SYS_fchownat,
    c::SYS_utimensat,
    c::SYS_truncate,
    c::SYS_ftruncate,
    c::SYS_fallocate,
    c::SYS_fsync,
    c::SYS_fdatasync,
    c::SYS_fadvise64,
    c::SYS_copy_file_range,
    c::SYS_sendfile,
    c::SYS_splice,
    c::SYS_umask,
    c::SYS_dup,
    c::SYS_dup3,
    c::SYS_pipe2,
    c::SYS_memfd_create,
];

/// The older names of the same, which only x86-64 has.
#[cfg(target_arch = "x86_64")]
const OLD_NAMES: &[i64] = &[
    c::SYS_open,
    c::SYS_stat,
    c::SYS_lstat,
    c::SYS_access,
    c::SYS_readlink,
    c::SYS_rename,
    c::SYS_mkdir,
    c::SYS_rmdir,
    c::SYS_unlink,
    c::SYS_link,
    c::SYS_symlink,
    c::SYS_chmod,
    c::SYS_chown,
    c::SYS_lchown,
    c::SYS_dup2,
    c::SYS_pipe,
    c::SYS_fork,
    c::SYS_vfork,
    c::SYS_getpgrp,
    c::SYS_pause,
    c::SYS_alarm,
    c::SYS_time,
    c::SYS_epoll_create,
    c::SYS_epoll_wait,
    c::SYS_poll,
    c::SYS_select,
    c::SYS_arch_prctl,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD_NAMES: &[i64] = &[];

/// Memory.
const MEMORY: &[i64] = &[
    c::SYS_mmap,
    c::SYS_mprotect,
    c::SYS_munmap,
    c::SYS_mremap,
    c::SYS_madvise,
    c::SYS_mincore,
    c::SYS_msync,
    c::SYS_mlock,
    c::SYS_munlock,
    c::SYS_brk,
];

/// Threads, processes, signals, time, waiting.
const PROCESSES: &[i64] = &[
    c::SYS_futex,
    c::SYS_sched_yield,
    c::SYS_sched_getaffinity,
    c::SYS_sched_setaffinity,
    c::SYS_getcpu,
    c::SYS_set_robust_list,
    c::SYS_get_robust_list,
    c::SYS_rseq,
    c::SYS_membarrier,
    c::SYS_set_tid_address,
    c::SYS_gettid,
    c::SYS_getpid,
    c::SYS_getppid,
    c::SYS_getpgid,
    c::SYS_getsid,
    c::SYS_getuid,
    c::SYS_geteuid,
    c::SYS_getgid,
    c::SYS_getegid,
    c::SYS_getgroups,
    c::SYS_getresuid,
    c::SYS_getresgid,
    c::SYS_prlimit64,
    c::SYS_getrlimit,
    c::SYS_setrlimit,
    c::SYS_getrusage,
    c::SYS_getpriority,
    c::SYS_times,
    c::SYS_sysinfo,
    c::SYS_uname,
    c::SYS_rt_sigaction,
    c::SYS_rt_sigprocmask,
    c::SYS_rt_sigreturn,
    c::SYS_rt_sigpending,
    c::SYS_rt_sigtimedwait,
    c::SYS_rt_sigsuspend,
    c::SYS_sigaltstack,
    c::SYS_tgkill,
    c::SYS_restart_syscall,
    c::SYS_setitimer,
    c::SYS_getitimer,
    c::SYS_timer_create,
    c::SYS_timer_settime,
    c::SYS_timer_gettime,
    c::SYS_timer_delete,
    c::SYS_timerfd_create,
    c::SYS_timerfd_settime,
    c::SYS_timerfd_gettime,
    c::SYS_eventfd2,
    c::SYS_nanosleep,
    c::SYS_clock_nanosleep,
    c::SYS_clock_gettime,
    c::SYS_clock_getres,
    c::SYS_gettimeofday,
    c::SYS_execve,
    c::SYS_exit,
    c::SYS_exit_group,
    c::SYS_wait4,
    c::SYS_waitid,
    c::SYS_epoll_create1,
    c::SYS_epoll_ctl,
    c::SYS_epoll_pwait,
    c::SYS_epoll_pwait2,
    c::SYS_ppoll,
    c::SYS_pselect6,
    c::SYS_getrandom,
];

/// Signals to others and sessions: harmless inside a pid namespace. Without one they are refused, so that the process
/// group holds everything that was started.
const OWN_PID_NAMESPACE: &[i64] =
    &[c::SYS_kill, c::SYS_tkill, c::SYS_setsid, c::SYS_setpgid, c::SYS_pidfd_open, c::SYS_pidfd_send_signal];

/// Sockets inside a network namespace that holds only its own loopback.
const OWN_NETWORK: &[i64] = &[
    c::SYS_bind,
    c::SYS_connect,
    c::SYS_listen,
    c::SYS_accept,
    c::SYS_accept4,
    c::SYS_getsockname,
    c::SYS_getpeername,
    c::SYS_getsockopt,
    c::SYS_setsockopt,
    c::SYS_sendto,
    c::SYS_recvfrom,
    c::SYS_sendmsg,
    c::SYS_recvmsg,
    c::SYS_shutdown,
];

/// The filter for a box; `namespaces` says whether it has pid and network namespaces of its own. Built once per process: a
/// helper asks for it before its first box, so that boxes are born with it.
pub(super) fn program(namespaces: bool) -> &'static Result<BpfProgram, String> {
    static BUILT: [LazyLock<Result<BpfProgram, String>>; 2] = [
        LazyLock::new(|| build(false).map_err(|error| error.to_string())),
        LazyLock::new(|| build(true).map_err(|error| error.to_string())),
    ];
    &BUILT[usize::from(namespaces)]
}

fn build(namespaces: bool) -> Result<BpfProgram, seccompiler::BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    let mut always = vec![FILES, OLD_NAMES, MEMORY, PROCESSES];
    if namespaces {
        always.extend([OWN_PID_NAMESPACE, OWN_NETWORK]);
        rules.insert(c::SYS_socket, first_is(&[c::AF_UNIX as u64, c::AF_INET as u64, c::AF_INET6 as u64])?);
    }
    rules.insert(c::SYS_socketpair, first_is(&[c::AF_UNIX as u64])?);
    // The race detector runs itself again with ADDR_NO_RANDOMIZE (0x40000) where mappings are too random for it;
    // 0xffffffff asks without changing.
    rules.insert(c::SYS_personality, first_is(&[0, 0x0004_0000, 0xffff_ffff])?);
    let harmless = [
        c::PR_SET_NAME,
        c::PR_GET_NAME,
        c::PR_SET_VMA,
        c::PR_GET_DUMPABLE,
        c::PR_SET_PDEATHSIG,
        c::PR_SET_THP_DISABLE,
    ];
    rules.insert(c::SYS_prctl, first_is(&harmless.map(|option| option as u64))?);
    // FIONREAD and the two of isatty. TIOCSTI is not among them.
    rules.insert(
        c::SYS_ioctl,
        argument_is(1, &[c::FIONREAD, c::TCGETS, c::TIOCGWINSZ, c::FIOCLEX, c::FIONCLEX])?,
    );
    // No locks and no leases: two boxes may show the same host file, and locks on it would be a channel between them.
    let own_descriptors = [
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
    rules.insert(c::SYS_fcntl, argument_is(1, &own_descriptors.map(|command| command as u64))?);
    let namespaces_of_its_own = (c::CLONE_NEWNS
        | c::CLONE_NEWCGROUP
        | c::CLONE_NEWUTS
        | c::CLONE_NEWIPC
        | c::CLONE_NEWUSER
        | c::CLONE_NEWPID
        | c::CLONE_NEWNET)
        .cast_unsigned();
    let none_of = Op::MaskedEq(u64::from(namespaces_of_its_own));
    rules.insert(
        c::SYS_clone,
        vec![SeccompRule::new(vec![SeccompCondition::new(0, Len::Qword, none_of, 0)?])?],
    );

    let arch = std::env::consts::ARCH.try_into()?;
    let refuse = SeccompAction::Errno(c::EPERM as u32);
    let checks: BpfProgram = SeccompFilter::new(rules, refuse, SeccompAction::Allow, arch)?.try_into()?;
    let always: BTreeSet<u32> = always.concat().into_iter().map(|call| call as u32).collect();
    Ok(with_search(&checks, &always))
}

/// `checks` begins with the check of the architecture and the loading of the number; what is always allowed is looked for next.
fn with_search(checks: &[sock_filter], always: &BTreeSet<u32>) -> BpfProgram {
    let loads_number = |step: &sock_filter| *step == LOAD_NUMBER;
    let head = checks.iter().position(loads_number).map_or(0, |at| at + 1);
    let (head, rest) = checks.split_at(head);
    [&clone3_is_unknown()[..], head, &search::allow(always), rest].concat()
}

fn first_is(values: &[u64]) -> Result<Vec<SeccompRule>, seccompiler::BackendError> {
    argument_is(0, values)
}

fn argument_is(index: u8, values: &[u64]) -> Result<Vec<SeccompRule>, seccompiler::BackendError> {
    let rule = |v: &u64| SeccompRule::new(vec![SeccompCondition::new(index, Len::Dword, Op::Eq, *v)?]);
    values.iter().map(rule).collect()
}

/// `BPF_LD | BPF_W | BPF_ABS` of the field `nr` of `struct seccomp_data`.
const LOAD_NUMBER: sock_filter = sock_filter { code: 0x20, jt: 0, jf: 0, k: 0 };

/// Load the call's number; if it is clone3, answer ENOSYS. The number is the same on every architecture, so this may come
/// before the check of the architecture.
fn clone3_is_unknown() -> [sock_filter; 3] {
    let errno = 0x0005_0000 | c::ENOSYS as u32;
    [
        LOAD_NUMBER,
        sock_filter { code: 0x15, jt: 0, jf: 1, k: c::SYS_clone3 as u32 },
        sock_filter { code: 0x06, jt: 0, jf: 0, k: errno },
    ]
}
