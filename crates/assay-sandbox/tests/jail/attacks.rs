//! Programs that want more than they are given.

use std::net::TcpListener;
use std::time::Duration;

use assay_sandbox::{Exit, Killed};

use crate::programs::{job, output, run};

#[test]
fn fork_bomb() {
    let mut bomb = job("int main() { for (;;) fork(); }");
    bomb.limits.wall = Duration::from_millis(800);
    let outcome = run(&bomb);
    assert!(matches!(outcome.killed, Some(Killed::Wall | Killed::Cpu)), "{outcome:?}");
    assert!(outcome.pids_refused);
    assert_eq!(output("int main() { printf(\"fine\"); }"), "fine");
}

#[test]
fn a_daemon_leaves_nothing() {
    let source = r#"int main() {
        if (fork() == 0) { setsid(); if (fork()) _exit(0); prctl(PR_SET_NAME, "leftover-daemon"); for (;;) pause(); }
        wait(0); usleep(50000); return 0; }"#;
    let start = std::time::Instant::now();
    assert!(run(&job(source)).succeeded());
    assert!(start.elapsed() < Duration::from_secs(5), "its streams are still open in the daemon");
    let names = std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|e| std::fs::read_to_string(e.path().join("comm")).ok());
    assert_eq!(names.filter(|name| name.trim() == "leftover-daemon").count(), 0);
}

#[test]
fn signals_stay_inside() {
    let source = r#"int main() { signal(SIGTERM, SIG_IGN); printf("%d ", kill(-1, SIGTERM)); printf("%d ", kill(1, SIGKILL)); printf("%d", kill(getppid(), SIGSTOP)); }"#;
    // The first process is the only other one: -1 finds nobody, and it takes no signal from inside.
    assert_eq!(output(source), "-1 0 0");
    let outcome = run(&job("int main() { kill(-1, SIGKILL); kill(0, SIGKILL); }"));
    assert_eq!((outcome.exit, outcome.killed), (Exit::Signal(9), None));
}

#[test]
fn no_network() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let source = r#"
        int reach(const char *ip, int port) {
            struct sockaddr_in a = {AF_INET, htons(port)}; inet_pton(AF_INET, ip, &a.sin_addr);
            int s = socket(AF_INET, SOCK_STREAM, 0); int ok = connect(s, (void *)&a, sizeof a); close(s); return ok;
        }
        int main() {
            printf("%d %d %d ", reach("127.0.0.1", PORT), reach("169.254.169.254", 80), reach("8.8.8.8", 53));
            int families[] = {AF_VSOCK, AF_PACKET, AF_ALG, AF_NETLINK};
            for (int i = 0; i < 4; i++) printf("%d", socket(families[i], SOCK_DGRAM, 0) >= 0);
            // Its own loopback works: tests may serve themselves.
            int s = socket(AF_INET, SOCK_STREAM, 0); struct sockaddr_in a = {AF_INET, 0}; socklen_t n = sizeof a;
            a.sin_addr.s_addr = htonl(INADDR_LOOPBACK); bind(s, (void *)&a, n); listen(s, 1); getsockname(s, (void *)&a, &n);
            printf(" %d", reach("127.0.0.1", ntohs(a.sin_port)));
        }"#;
    assert_eq!(output(&source.replace("PORT", &port.to_string())), "-1 -1 -1 0000 0");
}

#[test]
fn no_dangerous_system_calls() {
    let source = r#"
        int no = 0;
        void check(const char *name, long result) { if (result >= 0 || (errno != EPERM && errno != ENOSYS)) printf("%s: %ld %s\n", name, result, strerror(errno)); no++; }
        int main() {
            char b[256] = {0};
            check("io_uring", syscall(SYS_io_uring_setup, 1, b));
            check("userfaultfd", syscall(SYS_userfaultfd, 0));
            check("bpf", syscall(SYS_bpf, 0, b, 64));
            check("keyctl", syscall(SYS_keyctl, 0, -3, 0));
            check("add_key", syscall(SYS_add_key, "user", "x", "y", 1, -3));
            check("perf", syscall(SYS_perf_event_open, b, 0, -1, -1, 0));
            check("ptrace", syscall(SYS_ptrace, 0, 0, 0, 0));
            check("vm_readv", syscall(SYS_process_vm_readv, 1, 0, 0, 0, 0, 0));
            check("pidfd_getfd", syscall(SYS_pidfd_getfd, 0, 0, 0));
            check("mount", syscall(SYS_mount, "x", "/", "tmpfs", 0, 0));
            check("umount", syscall(SYS_umount2, "/", 0));
            check("chroot", syscall(SYS_chroot, "/"));
            check("pivot_root", syscall(SYS_pivot_root, "/", "/"));
            check("unshare", syscall(SYS_unshare, 0x10000000));
            check("setns", syscall(SYS_setns, 0, 0));
            check("clone", syscall(SYS_clone, 0x10000000 | SIGCHLD, 0, 0, 0, 0));
            check("clone3", syscall(SYS_clone3, b, 88));
            check("open_tree", syscall(SYS_open_tree, -100, "/", 1));
            check("seccomp", syscall(SYS_seccomp, 1, 0, b));
            check("setuid", syscall(SYS_setuid, 0));
            check("reboot", syscall(SYS_reboot, 0, 0, 0, 0));
            check("module", syscall(SYS_init_module, b, 1, ""));
            check("shmget", syscall(SYS_shmget, 1, 4096, 01600));
            check("mq_open", syscall(SYS_mq_open, "x", 0102, 0600, 0));
            check("name_to_handle", syscall(SYS_name_to_handle_at, -100, "/", b, b, 0));
            check("quotactl", syscall(SYS_quotactl, 0, 0, 0, 0));
            check("tiocsti", ioctl(0, 0x5412, "x"));
            check("syslog", syscall(SYS_syslog, 2, b, 10));
            check("personality", syscall(SYS_personality, 0x0400000));
            printf("%d", no);
        }"#;
    assert_eq!(output(source), "29");
}

#[test]
fn runs_do_not_see_each_other() {
    let leave = r#"int main() {
        int f = open("tmp/mark", O_CREAT | O_WRONLY, 0600); write(f, "x", 1);
        struct sockaddr_un a = {AF_UNIX, "\0channel"}; int s = socket(AF_UNIX, SOCK_STREAM, 0);
        printf("%d ", bind(s, (void *)&a, 10)); printf("%d", listen(s, 1));
        fflush(stdout); usleep(300000); }"#;
    let look = r#"int main() {
        struct sockaddr_un a = {AF_UNIX, "\0channel"}; int s = socket(AF_UNIX, SOCK_STREAM, 0);
        usleep(100000);
        printf("%d %d", access("tmp/mark", F_OK), connect(s, (void *)&a, 10)); }"#;
    std::thread::scope(|threads| {
        let other = threads.spawn(|| output(leave));
        assert_eq!(output(look), "-1 -1");
        assert_eq!(other.join().unwrap(), "0 0");
    });
}
