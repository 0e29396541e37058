//! Real `assay` processes, to be used and to be killed.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::services::Netns;
use crate::services::process::{Kept, alive};
use crate::services::{LOOPBACK, free_port, within};
use crate::{program, root, tools};

/// How long a process may take until it says where it listens.
const START: Duration = Duration::from_mins(2);
/// How long boxes may take to go after their server was killed.
const REAPED: Duration = Duration::from_secs(20);

/// How an `assay` process is started, again and again on the same address.
#[derive(Debug)]
pub struct Plan {
    words: Vec<String>,
    address: SocketAddr,
    folder: Arc<TempDir>,
}

/// One that runs.
#[derive(Debug)]
pub struct Running {
    kept: Kept,
    log: PathBuf,
    /// Its data and its log are there as long as it runs.
    _folder: Arc<TempDir>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Plan {
    /// `assay COMMAND ARGS…` with the exercises of the tests and a data folder of its own. `before` are words to put before it.
    pub fn new(before: &[String], command: &str, args: &[&str]) -> Plan {
        Plan::on(LOOPBACK, before, command, args)
    }

    /// The same in a network that can be cut.
    pub fn within(net: &Netns, command: &str, args: &[&str]) -> Plan {
        Plan::on(LOOPBACK, &net.words(), command, args)
    }

    fn on(host: IpAddr, before: &[String], command: &str, args: &[&str]) -> Plan {
        let address = SocketAddr::new(host, free_port(host));
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        let mut words = before.to_vec();
        words.push(program().display().to_string());
        words.push(command.to_owned());
        words.extend(["--listen".into(), address.to_string()]);
        words.extend(["--content".into(), root().join("tests/content").display().to_string()]);
        words.extend(args.iter().map(|&arg| arg.to_owned()));
        Plan { words, address, folder }
    }

    /// The same with other arguments at the end.
    pub fn and(mut self, args: &[&str]) -> Plan {
        self.words.extend(args.iter().map(|&arg| arg.to_owned()));
        self
    }

    /// Its data folder, unless its arguments say another.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts it; it listens when this returns.
    pub fn start(&self) -> Running {
        let running = self.start_blind();
        let said = format!("http://{}", self.address);
        let listens = within(START, || {
            let log = running.log();
            assert!(!log.contains("  × ") && !log.contains("error: "), "it did not start: {log}");
            log.contains(&said)
        });
        assert!(listens, "it does not say that it listens: {}", running.log());
        running
    }

    /// Starts it and does not wait.
    pub fn start_blind(&self) -> Running {
        let log = self.folder.path().join("log");
        // What an earlier one said is kept beside it.
        if let Ok(old) = fs::read_to_string(&log) {
            let all = self.folder.path().join("log.before");
            let before = fs::read_to_string(&all).unwrap_or_default();
            let _ = fs::write(all, before + &old);
            let _ = fs::remove_file(&log);
        }
        let mut words: Vec<String> =
            vec!["env".into(), "NO_COLOR=1".into(), "ASSAY_LOG=info,sqlx=warn".into()];
        words.push(format!("ASSAY_TOOLS={}", tools().display()));
        words.push(format!("ASSAY_DATA={}", self.data().display()));
        words.extend(self.words.iter().cloned());
        Running { kept: Kept::start(words, &log), log, _folder: self.folder.clone(), address: self.address }
    }

    /// Everything that its processes have said.
    pub fn said(&self) -> String {
        let read = |name: &str| fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        read("log.before") + &read("log")
    }
}

impl Running {
    /// What it has said.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Ends the process by SIGKILL, and only it: its boxes have to go by themselves. Which of its processes stayed for too long.
    pub fn kill(mut self) -> Vec<u32> {
        let others = self.kept.behead();
        within(REAPED, || !others.iter().any(|id| alive(*id)));
        others.into_iter().filter(|id| alive(*id)).collect()
    }

    /// Asks it to end, and waits; its exit code, and which of its processes stayed.
    pub fn stop(mut self, limit: Duration) -> (Option<i32>, Vec<u32>) {
        let others = self.kept.processes().split_off(1);
        self.kept.tell(Signal::TERM);
        let code = self.kept.ended(limit);
        (code, others.into_iter().filter(|id| alive(*id)).collect())
    }

    /// Stops it and all it started, as a machine does that is suspended.
    pub fn pause(&self) {
        self.kept.pause();
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.kept.resume();
    }

    /// Whether it runs.
    pub fn runs(&mut self) -> bool {
        self.kept.runs()
    }

    /// Its API's address, as the start of URLs.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// How many processes there are whose program is this one's `assay`: none once everything was stopped.
pub fn left_over(data: &Path) -> usize {
    let of_ours = |id: u32| {
        let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        let mark = format!("ASSAY_DATA={}", data.display());
        environment.split(|b| *b == 0).any(|word| word == mark.as_bytes())
    };
    let names = fs::read_dir("/proc").expect("/proc").filter_map(|e| e.ok()?.file_name().into_string().ok());
    names.filter_map(|name| name.parse().ok()).filter(|id| of_ours(*id)).count()
}
