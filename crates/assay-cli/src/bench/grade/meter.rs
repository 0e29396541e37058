//! A sandbox that notes what every run in it took.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use assay_sandbox::{Dialogue, Fault, Job, Outcome, Sandbox};

/// One run in a box.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// What ran.
    pub(super) stage: Stage,
    /// Whether it had to do with the race detector.
    pub(super) race: bool,
    /// Since the meter was last emptied.
    pub(super) from: Duration,
    /// With all that the sandbox does before and after.
    pub(super) took: Duration,
    /// Of the program itself, as the box counted it.
    pub(super) cpu: Duration,
    /// Most memory of the box, bytes.
    pub(super) memory: u64,
}

/// What a box was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Screen,
    Compile,
    Link,
    Tests,
}

impl Stage {
    fn of(job: &Job) -> Stage {
        match job.program.as_str() {
            "screen" => Stage::Screen,
            "compile" => Stage::Compile,
            "link" => Stage::Link,
            _ => Stage::Tests,
        }
    }
}

/// The meter around a sandbox.
pub(super) struct Meter {
    inner: Arc<dyn Sandbox>,
    log: Mutex<Log>,
}

struct Log {
    since: Instant,
    runs: Vec<Run>,
}

impl Meter {
    pub(super) fn around(inner: Arc<dyn Sandbox>) -> Meter {
        Meter { inner, log: Mutex::new(Log { since: Instant::now(), runs: vec![] }) }
    }

    /// What ran since the last call, and start anew.
    pub(super) fn take(&self) -> Vec<Run> {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.since = Instant::now();
        std::mem::take(&mut log.runs)
    }
}

impl Sandbox for Meter {
    fn run(&self, job: &Job, dialogue: &mut dyn Dialogue) -> Result<Outcome, Fault> {
        let begun = Instant::now();
        let outcome = self.inner.run(job, dialogue)?;
        let took = begun.elapsed();
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let from = begun.saturating_duration_since(log.since);
        let race = job.args.iter().any(|a| a == "-race") || job.env.iter().any(|(name, _)| name == "GORACE");
        let (cpu, memory) = (outcome.usage.cpu(), outcome.usage.memory);
        log.runs.push(Run { stage: Stage::of(job), race, from, took, cpu, memory });
        Ok(outcome)
    }

    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn slots(&self) -> usize {
        self.inner.slots()
    }

    fn hands_down_descriptors(&self) -> bool {
        self.inner.hands_down_descriptors()
    }
}
