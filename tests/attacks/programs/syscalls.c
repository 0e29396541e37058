// The kernel's attack surface: none of these may do anything but fail, for want of permission or of existence.
static void refused(const char *name, long result) {
    if (result >= 0 || (errno != EPERM && errno != ENOSYS && errno != EACCES)) {
        printf("reached %s: %ld, %s\n", name, result, result < 0 ? strerror(errno) : "done");
        fflush(stdout);
    }
}
#define CALL(name, ...) refused(#name, syscall(SYS_##name, ##__VA_ARGS__))
int main() {
    static char b[4096];
    CALL(io_uring_setup, 1, b); CALL(io_uring_enter, 0, 0, 0, 0, 0); CALL(io_uring_register, 0, 0, b, 0);
    CALL(userfaultfd, 0); CALL(bpf, 0, b, 64); CALL(perf_event_open, b, 0, -1, -1, 0);
    CALL(keyctl, 0, -3, 0); CALL(add_key, "user", "x", "y", 1, -3); CALL(request_key, "user", "x", 0, -3);
    CALL(ptrace, 0, 0, 0, 0); CALL(ptrace, 16, getppid(), 0, 0);
    CALL(process_vm_readv, 1, b, 1, b, 1, 0); CALL(process_vm_writev, 1, b, 1, b, 1, 0); CALL(kcmp, 1, 1, 0, 0, 0);
    CALL(pidfd_getfd, 0, 0, 0); CALL(process_madvise, 0, b, 1, 4, 0);
    CALL(mount, "x", "/", "tmpfs", 0, 0); CALL(umount2, "/", 2); CALL(pivot_root, "/", "/"); CALL(chroot, "/");
    CALL(open_tree, -100, "/", 1); CALL(move_mount, -100, "/", -100, "/tmp", 0); CALL(fsopen, "tmpfs", 0);
    CALL(fspick, -100, "/", 0); CALL(mount_setattr, -100, "/", 0, b, 32); CALL(fsmount, 0, 0, 0);
    CALL(unshare, 0x10000000); CALL(unshare, 0x00020000); CALL(setns, 0, 0);
    refused("clone newuser", syscall(SYS_clone, 0x10000000 | SIGCHLD, 0, 0, 0, 0));
    refused("clone newns", syscall(SYS_clone, 0x00020000 | SIGCHLD, 0, 0, 0, 0));
    refused("clone newtime", syscall(SYS_clone3, b, 88));
    CALL(seccomp, 1, 0, b); CALL(setuid, 0); CALL(setgid, 0); CALL(setresuid, 0, 0, 0); CALL(setgroups, 0, 0);
    CALL(capset, b, b); CALL(reboot, 0xfee1dead, 672274793, 0x89abcdef, 0); CALL(kexec_load, 0, 0, 0, 0);
    CALL(init_module, b, 1, ""); CALL(finit_module, 0, "", 0); CALL(delete_module, "x", 0);
    CALL(swapon, "/x", 0); CALL(acct, "/tmp/x"); CALL(quotactl, 0, 0, 0, 0); CALL(syslog, 2, b, 10);
    CALL(settimeofday, b, 0); CALL(clock_settime, 0, b); CALL(adjtimex, b); CALL(sethostname, "x", 1);
    CALL(iopl, 3); CALL(ioperm, 0, 1, 1); CALL(modify_ldt, 0, b, 16); CALL(name_to_handle_at, -100, "/", b, b, 0);
    CALL(open_by_handle_at, -100, b, 0); CALL(fanotify_init, 0, 0); CALL(inotify_init1, 0); CALL(lookup_dcookie, 0L, b, 10);
    CALL(shmget, 1, 4096, 01600); CALL(semget, 1, 1, 01600); CALL(msgget, 1, 01600); CALL(mq_open, "x", 0102, 0600, 0);
    CALL(memfd_secret, 0); CALL(migrate_pages, 0, 0, 0, 0); CALL(move_pages, 0, 0, 0, 0, 0, 0); CALL(mbind, 0, 0, 0, 0, 0, 0);
    CALL(vhangup); CALL(remap_file_pages, b, 4096, 0, 0, 0); CALL(vmsplice, 0, b, 1, 0); CALL(tee, 0, 1, 1, 0);
    CALL(personality, 0x0400000); CALL(landlock_create_ruleset, 0, 0, 1); CALL(sched_setscheduler, 0, 1, b);
    CALL(ioprio_set, 1, 0, 0); CALL(setpriority, 0, 0, -20);
    refused("TIOCSTI", ioctl(0, 0x5412, "x")); refused("TIOCLINUX", ioctl(0, 0x541c, b));
    refused("PR_SET_MM", prctl(35, 0, 0, 0, 0)); refused("PR_SET_DUMPABLE", prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
    return held();
}
