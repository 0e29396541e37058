//! What this process and its helpers cost: processor time and memory, as the kernel counts them.

use std::fs;
use std::time::Duration;

/// Clock ticks a second in `/proc/<pid>/stat`: 100 on every Linux that Rust runs on (`USER_HZ`).
const TICKS: u64 = 100;

/// Processor time so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Burden {
    /// Of this process.
    pub(super) server: Duration,
    /// Of its children, without those they started.
    pub(super) helpers: Duration,
    /// Of all that its children started and have waited for: the boxes.
    pub(super) boxes: Duration,
}

impl Burden {
    pub(super) fn now() -> Burden {
        let children = children();
        let all = |from: usize| {
            Duration::from_millis(children.iter().map(|pid| ticks(pid, from)).sum::<u64>() * 1000 / TICKS)
        };
        let server = Duration::from_millis(ticks("self", OWN) * 1000 / TICKS);
        Burden { server, helpers: all(OWN), boxes: all(WAITED) }
    }

    pub(super) fn since(self, before: Burden) -> Burden {
        Burden {
            server: self.server.saturating_sub(before.server),
            helpers: self.helpers.saturating_sub(before.helpers),
            boxes: self.boxes.saturating_sub(before.boxes),
        }
    }

    pub(super) fn whole(self) -> Duration {
        self.server + self.helpers + self.boxes
    }
}

/// Places of user and system time in `/proc/<pid>/stat`, from the state on: a process's own, and that of the children it waited for.
const OWN: usize = 11;
const WAITED: usize = 13;

/// Resident memory of this process, bytes.
pub(super) fn resident() -> u64 {
    resident_of("self")
}

/// The same of its children, each.
pub(super) fn resident_children() -> Vec<u64> {
    children().iter().map(|pid| resident_of(pid)).collect()
}

fn resident_of(pid: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() << 10
}

fn children() -> Vec<String> {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let lists = tasks.map(|task| fs::read_to_string(task.path().join("children")).unwrap_or_default());
    lists.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn ticks(pid: &str, from: usize) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in parentheses may hold anything.
    let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ');
    fields.skip(from).take(2).filter_map(|f| f.parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_costs_something() {
        let before = Burden::now();
        let begun = std::time::Instant::now();
        // Counted in ticks of 10 ms, of which others on the machine may take theirs first.
        while Burden::now().since(before).whole() == Duration::ZERO {
            assert!(begun.elapsed() < Duration::from_secs(30), "no tick in half a minute of work");
        }
        assert!(resident() > 1 << 20);
    }
}
