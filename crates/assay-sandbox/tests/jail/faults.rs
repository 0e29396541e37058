//! What is our fault is an `Err`, and the next run is fine.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use assay_sandbox::{Jail, JailConfig, Sandbox, Silent};

use crate::programs::{config, job, skip};

fn children(of: u32) -> BTreeSet<u32> {
    let tasks = fs::read_dir(format!("/proc/{of}/task")).into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().map(|pid| pid.parse().unwrap()).collect::<Vec<_>>())
        .collect()
}

/// A jail of one slot and the pid of its helper. Other tests start helpers meanwhile, so it is found by its cgroup.
fn lone_jail() -> (Jail, u32, std::sync::MutexGuard<'static, ()>) {
    static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());
    // For the whole test: a helper that is replaced meanwhile would be taken for the new jail's.
    let held = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    crate::programs::jail();
    let helper = |pid: &u32| {
        fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|c| c.contains("__jail-helper"))
    };
    // The jail that the other tests share may replace a helper in the same moment; then it is not clear which one is ours.
    for _ in 0..50 {
        let before = children(std::process::id());
        let jail = Jail::start(JailConfig { slots: 1, ..config() }).unwrap();
        let new: Vec<u32> =
            children(std::process::id()).difference(&before).copied().filter(helper).collect();
        if let [one] = new[..] {
            return (jail, one, held);
        }
    }
    panic!("helpers keep being replaced");
}

fn kill(pid: u32) {
    let pid = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

#[test]
fn a_helper_that_is_killed_is_a_fault_and_the_next_run_is_fine() {
    let (jail, helper, _held) = lone_jail();
    let sleep = job(r#"int main() { prctl(PR_SET_NAME, "orphan-of-helper"); for (;;) pause(); }"#);
    let start = Instant::now();
    let fault = std::thread::scope(|threads| {
        let run = threads.spawn(|| jail.run(&sleep, &mut Silent));
        std::thread::sleep(Duration::from_millis(200));
        kill(helper);
        run.join().unwrap().unwrap_err()
    });
    assert!(fault.what.contains("helper"), "{fault}");
    assert!(start.elapsed() < Duration::from_secs(5));
    let names = fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|e| fs::read_to_string(e.path().join("comm")).ok());
    assert_eq!(names.filter(|name| name.trim() == "orphan-of-helper").count(), 0);
    assert!(jail.run(&job("int main() {}"), &mut Silent).unwrap().succeeded());
}

#[test]
fn a_helper_that_died_between_runs_is_replaced() {
    let (jail, helper, _held) = lone_jail();
    kill(helper);
    std::thread::sleep(Duration::from_millis(50));
    assert!(jail.run(&job("int main() {}"), &mut Silent).unwrap().succeeded());
}

#[test]
fn everything_in_a_group_may_be_killed() {
    let (jail, helper, _held) = lone_jail();
    if !jail.has_cgroups() {
        return skip("everything_in_a_group_may_be_killed", "no cgroups on this machine");
    }
    let mut forks =
        job(r#"int main() { write(4, "up\n", 3); for (int i = 0; i < 8; i++) fork(); for (;;) pause(); }"#);
    forks.dialogue = true;
    let fault = std::thread::scope(|threads| {
        let run = threads.spawn(|| jail.run(&forks, &mut Silent));
        std::thread::sleep(Duration::from_millis(200));
        let text = fs::read_to_string(format!("/proc/{helper}/cgroup")).unwrap();
        let own = text.lines().find_map(|line| line.split_once(":pids:")).expect("a pids group").1.to_owned();
        let group = group_folders().into_iter().find(|folder| folder.ends_with(own.trim_start_matches('/')));
        let members = fs::read_to_string(format!("{}/cgroup.procs", group.unwrap())).unwrap();
        assert!(members.lines().count() > 3, "{members:?}");
        for pid in members.lines().filter_map(|pid| rustix::process::Pid::from_raw(pid.parse().ok()?)) {
            // The helper's death may have been theirs already.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
        run.join().unwrap().unwrap_err()
    });
    assert!(fault.what.contains("helper"), "{fault}");
    assert!(jail.run(&job("int main() {}"), &mut Silent).unwrap().succeeded());
}

/// Folders of the v1 pids controller that are ours.
fn group_folders() -> Vec<String> {
    let text = fs::read_to_string("/proc/self/mountinfo").unwrap();
    let points = text.lines().filter(|l| l.contains(" - cgroup ") && l.contains("pids"));
    let mine = format!("assay-{}-", std::process::id());
    points
        .filter_map(|l| l.split(' ').nth(4))
        .flat_map(|point| find(std::path::Path::new(point), &mine, 4))
        .collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test is about a helper by itself")]
fn a_malformed_message_ends_the_helper_and_nobody_else() {
    use rustix::net::{AddressFamily, SendFlags, SocketFlags, SocketType, send, socketpair};
    let check = |message: &[u8]| {
        let (ours, theirs) =
            socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None).unwrap();
        let helper = std::process::Command::new(config().helper.unwrap())
            .arg("__jail-helper")
            .stdin(theirs)
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        send(&ours, message, SendFlags::NOSIGNAL).unwrap();
        let output = helper.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{message:?}: {said}");
        assert!(said.contains("assay jail helper: "), "{message:?}: {said}");
    };
    check(&[250, 1, 2]);
    check(&[0xff; 4000]);
    check(&[1, 0]);
    // A run without the descriptors that belong to it.
    check(&[1]);
}

#[test]
fn two_hundred_runs_leave_nothing() {
    let (jail, helper, _held) = lone_jail();
    let mut job = job("int main() { if (fork() == 0) for (;;) pause(); write(4, \"x\\n\", 2); }");
    (job.dialogue, job.outputs) = (true, 2);
    let fds = |pid: u32| fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count();
    let mounts = || fs::read_to_string("/proc/self/mountinfo").unwrap().lines().count();
    assert!(jail.run(&job, &mut Silent).unwrap().succeeded());
    std::thread::sleep(Duration::from_millis(50));
    let before = (fds(helper), mounts());
    for _ in 0..200 {
        assert!(jail.run(&job, &mut Silent).unwrap().succeeded());
    }
    // The helper lays down a run's last descriptor just after it has said that the run is over.
    let settled = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        (fds(helper), mounts()) == before
    });
    assert!(settled, "{before:?} before, {:?} after", (fds(helper), mounts()));
    assert_eq!(children(helper), BTreeSet::new());
    // Our own, while other tests run: 200 runs have eight descriptors each.
    assert!(fds(std::process::id()) < 200, "{}", fds(std::process::id()));
    drop(jail);
    assert!(!fs::exists(format!("/proc/{helper}")).unwrap());
}

#[test]
fn groups_go_with_the_jail() {
    let groups = || {
        let text = fs::read_to_string("/proc/self/mountinfo").unwrap();
        let points = text.lines().filter(|l| l.contains(" - cgroup")).filter_map(|l| l.split(' ').nth(4));
        let mine = format!("assay-{}-", std::process::id());
        points.flat_map(|point| find(std::path::Path::new(point), &mine, 4)).collect::<BTreeSet<_>>()
    };
    let (jail, helper, _held) = lone_jail();
    if !jail.has_cgroups() {
        return skip("groups_go_with_the_jail", "no cgroups on this machine");
    }
    let of_helper = |groups: &BTreeSet<String>| {
        let holds = |g: &&String| {
            fs::read_to_string(format!("{g}/cgroup.procs"))
                .is_ok_and(|t| t.lines().any(|l| l == helper.to_string()))
        };
        groups.iter().filter(holds).cloned().collect::<Vec<_>>()
    };
    let own = of_helper(&groups());
    drop(jail);
    assert!(own.iter().all(|group| !fs::exists(group).unwrap()), "{own:?}");
    assert!(!fs::exists(format!("/proc/{helper}")).unwrap());
}

fn find(folder: &std::path::Path, prefix: &str, depth: usize) -> Vec<String> {
    let Some(depth) = depth.checked_sub(1) else { return vec![] };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|e| e.file_type().is_ok_and(|t| t.is_dir()));
    let each = |e: fs::DirEntry| {
        let mut below = find(&e.path(), prefix, depth);
        if e.file_name().to_string_lossy().starts_with(prefix) {
            below.push(e.path().display().to_string());
        }
        below
    };
    folders.flat_map(each).collect()
}
