use std::fmt;

/// A fault of ours: the sandbox, the toolchain, the disk, the content. It never becomes a verdict and never costs an
/// attempt; the job is retried or set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What happened, to which thing.
    pub what: String,
    /// What the operator can do about it; empty when nothing is known.
    pub advice: String,
}

impl Fault {
    /// A fault with no advice yet.
    pub fn new(what: impl Into<String>) -> Fault {
        Fault { what: what.into(), advice: String::new() }
    }

    /// The same fault with what to do about it.
    pub fn advise(mut self, advice: impl Into<String>) -> Fault {
        self.advice = advice.into();
        self
    }

    /// A fault for an I/O error: `doing` says what was tried with which path.
    pub fn io(doing: impl fmt::Display, error: &std::io::Error) -> Fault {
        Fault::new(format!("{doing}: {error}"))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if !self.advice.is_empty() {
            write!(f, " ({})", self.advice)?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}
