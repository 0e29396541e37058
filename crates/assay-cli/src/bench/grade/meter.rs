//! A sandbox that notes what every run in it took.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{median, round};
use assay_sandbox::{Dialogue, Fault, Job, Outcome, Sandbox};

/// One run in a box.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// What ran.
    pub(super) stage: &'static str,
    /// Whether it had to do with the race detector.
    pub(super) race: bool,
    /// Since the meter was last emptied.
    pub(super) from: Duration,
    /// With all that the sandbox does before and after.
    pub(super) took: Duration,
    /// From the program's start to its end.
    pub(super) inside: Duration,
    /// Of the program itself, as the box counted it.
    pub(super) cpu: Duration,
    /// Most memory of the box, bytes.
    pub(super) memory: u64,
}

impl Run {
    /// `link, race`.
    pub(super) fn name(&self) -> String {
        format!("{}{}", self.stage, if self.race { ", race" } else { "" })
    }
}

/// What a box was for.
fn stage(job: &Job) -> &'static str {
    match job.program.as_str() {
        "screen" => "screen",
        "compile" => "compile",
        "link" => "link",
        _ => "tests",
    }
}

/// Median milliseconds of each kind of box over the rounds; where a round has more of a kind, each for itself.
pub(super) fn stages<'a>(
    rounds: impl Iterator<Item = &'a [Run]>,
    of: impl Fn(&Run) -> Duration,
) -> BTreeMap<String, f64> {
    let mut all: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for runs in rounds {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for run in runs {
            let n = seen.entry(run.name()).or_default();
            *n += 1;
            let name = if *n == 1 { run.name() } else { format!("{} {n}", run.name()) };
            all.entry(name).or_default().push(of(run).as_secs_f64() * 1000.0);
        }
    }
    all.into_iter().map(|(name, times)| (name, round(median(&times)))).collect()
}

/// The share of `whole` in which no program ran in any box, by the rest of it.
pub(super) fn overhead(whole: Duration, runs: &[Run]) -> f64 {
    let mut spans: Vec<(Duration, Duration)> =
        runs.iter().map(|r| (r.from + r.took.saturating_sub(r.inside), r.from + r.took)).collect();
    spans.sort();
    let (mut busy, mut until) = (Duration::ZERO, Duration::ZERO);
    for (from, to) in spans {
        busy += to.saturating_sub(from.max(until));
        until = until.max(to);
    }
    whole.saturating_sub(busy).as_secs_f64() / busy.as_secs_f64()
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
        log.runs.push(Run { stage: stage(job), race, from, took, inside: outcome.usage.wall, cpu, memory });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_side_by_side_counts_once() {
        let ms = Duration::from_millis;
        let run = |from, took, inside| Run {
            stage: "link",
            race: false,
            from: ms(from),
            took: ms(took),
            inside: ms(inside),
            cpu: ms(1),
            memory: 0,
        };
        // Busy from 10 to 60 and from 70 to 100.
        let runs = [run(0, 50, 40), run(20, 40, 40), run(65, 35, 30)];
        assert!((overhead(ms(100), &runs) - 0.25).abs() < 1e-9);
    }
}
