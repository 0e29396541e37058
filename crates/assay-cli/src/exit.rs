use std::process::ExitCode;

/// What `assay` says to the shell: the one place where exit codes are decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Accepted, proven, healthy, came back: what was asked for holds.
    Good,
    /// It ran, and the answer is another one.
    Other,
    /// The command or what it was given is wrong; clap exits with the same code.
    Usage,
    /// Our fault: sandbox, toolchain, disk, content.
    Fault,
    /// Ctrl-C ended a wait before there was an answer; the number is what shells know for it.
    Interrupted,
}

impl Exit {
    /// `Good` when `good`, else `Other`.
    pub(crate) fn when(good: bool) -> Exit {
        if good { Exit::Good } else { Exit::Other }
    }

    /// The number.
    pub(crate) fn code(self) -> u8 {
        match self {
            Exit::Good => 0,
            Exit::Other => 1,
            Exit::Usage => 2,
            Exit::Fault => 3,
            Exit::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}
