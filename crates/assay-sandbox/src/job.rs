use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A path inside the box: relative to its root, which is also the working directory, e.g. `src/pool.go`. Components are
/// `[A-Za-z0-9_][A-Za-z0-9_.+@-]*`, so none is `..`, empty, hidden or a flag. Programs are always given such relative paths, never
/// absolute ones, so that a backend without mount namespaces can offer the same tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BoxPath(String);

/// Why a text is no [`BoxPath`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no path inside the box: relative, components of letters, digits and `_.+@-`, none that starts with a dot or dash"
)]
pub struct BoxPathError(String);

impl BoxPath {
    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BoxPath {
    type Err = BoxPathError;

    fn from_str(s: &str) -> Result<BoxPath, BoxPathError> {
        let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let component = |c: &str| {
            c.bytes().next().is_some_and(word)
                && c.bytes().all(|b| word(b) || matches!(b, b'.' | b'+' | b'@' | b'-'))
        };
        if s.len() <= 200 && s.split('/').all(component) {
            Ok(BoxPath(s.to_owned()))
        } else {
            Err(BoxPathError(s.to_owned()))
        }
    }
}

impl TryFrom<String> for BoxPath {
    type Error = BoxPathError;
    fn try_from(s: String) -> Result<BoxPath, BoxPathError> {
        s.parse()
    }
}

impl From<BoxPath> for String {
    fn from(p: BoxPath) -> String {
        p.0
    }
}

impl fmt::Display for BoxPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Where a read-only entry of the box comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// These bytes, written into the box's own memory file system; counts against the box's memory. Copied twice, about
    /// 1 ms a MiB: what is large and used again is better a host file.
    Bytes(Vec<u8>),
    /// A file or folder of the host, shown read-only at the entry's path. Chosen by us, never by a candidate. Everybody
    /// must be allowed to read it: the box's user is nobody on the host.
    Host(PathBuf),
}

/// One read-only entry of the box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it appears.
    pub at: BoxPath,
    /// What it is.
    pub source: Source,
}

/// What the box allows. Every field is enforced, and passing it ends the run with its own [`crate::Killed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// From start to end.
    pub wall: Duration,
    /// User and system time of all processes together.
    pub cpu: Duration,
    /// With a dialogue: the longest silence between a challenge and its reply.
    pub step: Option<Duration>,
    /// The longest time in which no process of the box uses any CPU: what a deadlock looks like from outside.
    pub idle: Option<Duration>,
    /// Memory of all processes and of the box's file systems, bytes.
    pub memory: u64,
    /// Processes and threads.
    pub pids: u32,
    /// Standard output and standard error together, bytes. More is not kept and ends the run.
    pub output: u64,
    /// Size of `tmp/`, bytes (and 4096 entries), and of any file written; 0 for no `tmp/` at all.
    pub disk: u64,
}

impl Default for Limits {
    /// 10 s wall and cpu, 512 MiB, 128 processes and threads, 1 MiB of output, 16 MiB of disk, no step, no idle limit.
    fn default() -> Limits {
        Limits {
            wall: Duration::from_secs(10),
            cpu: Duration::from_secs(10),
            step: None,
            idle: None,
            memory: 512 << 20,
            pids: 128,
            output: 1 << 20,
            disk: 16 << 20,
        }
    }
}

/// One program to run in a box of its own.
///
/// The program sees a root with `entries` read-only, an empty writable `tmp/`, a `/proc` of its own and
/// `/dev/{null,zero,urandom}`; standard input holds `stdin`; descriptors 3 and 4 are the two ends of the dialogue if
/// there is one (3 to read challenges, 4 to write replies; both closed otherwise); descriptors 10, 11, … are `outputs`
/// empty files in memory that it may write (open them again as `/proc/self/fd/10`, …), the only way for bytes to leave
/// the box besides the standard streams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Path of the executable inside the box.
    pub program: BoxPath,
    /// Arguments after the program's name.
    pub args: Vec<String>,
    /// The whole environment.
    pub env: Vec<(String, String)>,
    /// Whether the program is a tool of ours, which a backend that runs only WebAssembly runs natively. Never what a candidate wrote.
    pub tool: bool,
    /// Where a backend that repeats runs exactly takes its random bytes from.
    pub seed: u64,
    /// Read-only tree.
    pub entries: Vec<Entry>,
    /// Standard input, whole.
    pub stdin: Vec<u8>,
    /// Number of output files, at most 8. Each may grow to `output_bytes`.
    pub outputs: u32,
    /// Largest output file, bytes.
    pub output_bytes: u64,
    /// Whether descriptors 3 and 4 are there.
    pub dialogue: bool,
    /// At the wall, cpu, step or idle limit, send SIGQUIT and wait this long for the program's last words (a Go program
    /// prints its goroutines) before the kill.
    pub last_words: Option<Duration>,
    /// What it may use.
    pub limits: Limits,
}

impl Job {
    /// A job for `program` with nothing else in its box and the default limits.
    pub fn new(program: BoxPath) -> Job {
        Job {
            program,
            args: vec![],
            env: vec![],
            tool: false,
            seed: 0,
            entries: vec![],
            stdin: vec![],
            outputs: 0,
            output_bytes: 64 << 20,
            dialogue: false,
            last_words: None,
            limits: Limits::default(),
        }
    }
}
