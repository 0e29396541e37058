//! Programs that end with the test process, however that ends.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::within;

/// A command, found where administrators' programs are as well.
#[expect(clippy::disallowed_methods, reason = "a test has to start what it tests against")]
pub(super) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut path = std::env::var_os("PATH").unwrap_or_default();
    path.push(":/usr/local/sbin:/usr/sbin:/sbin");
    let mut command = Command::new(program);
    command.env("PATH", path).stdin(Stdio::null());
    command
}

/// What a command that ends by itself printed, or what went wrong.
pub(super) fn output(mut command: Command) -> Result<String, String> {
    let said = command.output().map_err(|e| format!("{}: {e}", command.get_program().display()))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    if said.status.success() {
        return Ok(text(&said.stdout));
    }
    Err(format!("{command:?}: {}: {}{}", said.status, text(&said.stdout), text(&said.stderr)))
}

/// A running program and all that it started.
#[derive(Debug)]
pub(crate) struct Kept {
    child: Child,
}

impl Kept {
    /// Starts these words as a program that gets SIGKILL when the test process ends; what it prints goes to `log`.
    pub(crate) fn start<S: Into<OsString>>(words: impl IntoIterator<Item = S>, log: &Path) -> Kept {
        let log = File::options().create(true).append(true).open(log).expect("a log can be written");
        let mut kept = command("setpriv");
        kept.args(["--pdeathsig", "KILL", "--"]).args(words.into_iter().map(Into::into));
        kept.stdout(log.try_clone().expect("a file can be shared")).stderr(log);
        Kept { child: started_for_good(kept) }
    }

    /// Its first process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it is still there.
    pub(crate) fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// All its processes, parents first.
    pub(crate) fn processes(&self) -> Vec<u32> {
        let parents = parents();
        let mut tree = vec![self.id()];
        let mut next = 0;
        while let Some(parent) = tree.get(next).copied() {
            tree.extend(parents.iter().filter(|(_, of)| **of == parent).map(|(id, _)| id));
            next += 1;
        }
        tree
    }

    /// Stops every process, until [`Kept::resume`].
    pub(crate) fn pause(&self) {
        let mut stopped = Vec::new();
        // A child may have come while its parent was being stopped.
        loop {
            let processes = self.processes();
            if processes == stopped {
                return;
            }
            signal(&processes, Signal::STOP);
            stopped = processes;
        }
    }

    /// Lets every process go on.
    pub(crate) fn resume(&self) {
        signal(&self.processes(), Signal::CONT);
    }

    /// Sends its first process a signal.
    pub(crate) fn tell(&self, what: Signal) {
        signal(&[self.id()], what);
    }

    /// Ends its first process by SIGKILL and leaves the others to end by themselves; which those were.
    pub(crate) fn behead(&mut self) -> Vec<u32> {
        let others = self.processes().split_off(1);
        self.tell(Signal::KILL);
        self.child.wait().expect("a child can be waited for");
        others
    }

    /// Waits for its first process to end by itself; its exit code, if it did within the limit.
    pub(crate) fn ended(&mut self, limit: Duration) -> Option<i32> {
        within(limit, || !self.runs()).then(|| self.child.wait().ok()?.code())?
    }

    /// Ends every process at once by SIGKILL, and returns when they are gone.
    pub(crate) fn kill(&mut self) {
        if !self.runs() {
            return;
        }
        self.pause();
        let processes = self.processes();
        // `unshare` fetches the namespace's first process and then ends by itself; in its place the machine's first process would,
        // when it comes to that.
        let (first, others) = processes.split_first().expect("its first process");
        if named(*first, "unshare") {
            signal(others, Signal::KILL);
            signal(&[*first], Signal::CONT);
        } else {
            signal(&processes, Signal::KILL);
        }
        self.child.wait().expect("a child can be waited for");
        let gone = within(Duration::from_secs(10), || !processes.iter().any(|id| alive(*id)));
        assert!(gone, "{processes:?} outlive SIGKILL");
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The signal that a program gets at its parent's end comes at the end of the thread that started it, and a test's thread ends
/// with the test. So one thread that stays starts them all.
fn started_for_good(command: Command) -> Child {
    static STARTER: OnceLock<Sender<(Command, Sender<Child>)>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| {
        let (requests, wanted) = channel::<(Command, Sender<Child>)>();
        thread::spawn(move || {
            for (mut command, answer) in wanted {
                // Without an answer the one who asked panics, with its own name on it.
                let _ = command.spawn().map(|child| answer.send(child));
            }
        });
        requests
    });
    let (answer, child) = channel();
    starter.send((command, answer)).expect("the starter stays");
    child.recv().expect("setpriv of util-linux starts")
}

fn signal(processes: &[u32], signal: Signal) {
    for id in processes.iter().filter_map(|id| Pid::from_raw(*id as i32)) {
        // Whoever is gone already needs no signal.
        let _ = kill_process(id, signal);
    }
}

/// Whether a process runs the program of this name.
fn named(id: u32, name: &str) -> bool {
    fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|comm| comm.trim_end() == name)
}

/// Whether a process is there and more than a zombie.
pub(crate) fn alive(id: u32) -> bool {
    stat(id).is_some_and(|(state, _)| state != "Z" && state != "X")
}

/// The parent of each process.
fn parents() -> BTreeMap<u32, u32> {
    let names = fs::read_dir("/proc").expect("/proc").filter_map(|e| e.ok()?.file_name().into_string().ok());
    names.filter_map(|name| name.parse().ok()).filter_map(|id| Some((id, stat(id)?.1))).collect()
}

/// A process's state and its parent.
fn stat(id: u32) -> Option<(String, u32)> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name before it may hold anything, also `)`.
    let mut words = text.rsplit_once(')')?.1.split_whitespace();
    Some((words.next()?.to_owned(), words.next()?.parse().ok()?))
}
