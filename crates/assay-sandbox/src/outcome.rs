use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How the program itself ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// It exited with this code.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
}

/// Why the box ended the run. Carried from the place that decided it, never guessed from the exit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Killed {
    /// The wall limit.
    Wall,
    /// The cpu limit.
    Cpu,
    /// No reply to a challenge within the step limit.
    Step,
    /// No CPU used for the idle limit.
    Idle,
    /// The memory limit: the kernel's counter for this box went up, or (without a cgroup) more was resident than allowed.
    Memory,
    /// More output than allowed: on the standard streams, in an output file, in one line of the dialogue, or in challenges
    /// that the program does not read.
    Output,
    /// The dialogue asked for it.
    Asked,
}

/// What the run used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// From start to end.
    pub wall: Duration,
    /// User time of all processes.
    pub user: Duration,
    /// System time of all processes.
    pub system: Duration,
    /// Peak memory, bytes; the limit itself when that was passed.
    pub memory: u64,
    /// Instructions executed, where the backend counts them: the same for the same program, input and seed.
    pub fuel: Option<u64>,
    /// Whether the figures are the cgroup's (whole box) or the main process's own.
    pub whole_box: bool,
}

impl Usage {
    /// User and system time together.
    pub fn cpu(&self) -> Duration {
        self.user + self.system
    }
}

/// The kept part of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captured {
    /// At most the output limit.
    pub bytes: Vec<u8>,
    /// Whether there was more.
    pub truncated: bool,
}

impl Captured {
    /// As text, with what is not UTF-8 replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// What one run came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// How the program ended; also there after a kill.
    pub exit: Exit,
    /// Why the box ended it, if it did.
    pub killed: Option<Killed>,
    /// Whether the processes-and-threads limit was hit at least once.
    pub pids_refused: bool,
    /// CPU used in the last idle window before the kill, as a share of one core (0.0 to cores); tells a busy loop from
    /// slowness at the wall limit.
    pub cpu_share_at_end: f64,
    /// What it used.
    pub usage: Usage,
    /// Standard output.
    pub stdout: Captured,
    /// Standard error.
    pub stderr: Captured,
    /// The output files, in order.
    pub outputs: Vec<Vec<u8>>,
}

impl Outcome {
    /// Whether it ended by itself with code 0.
    pub fn succeeded(&self) -> bool {
        self.killed.is_none() && self.exit == Exit::Code(0)
    }
}
