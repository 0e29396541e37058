//! So many graders, measured in the steady middle.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::task::JoinSet;

use super::super::burden::Burden;
use super::super::figures::{Figures, round};
use super::Plan;
use super::grader::{Grader, Stint, works};
use super::recorded;
use super::site::Site;
use crate::problem::Problem;

/// How many hand in at once.
const CANDIDATES: usize = 4;
/// More than so many wait at all times, and half as many as there are graders.
const WAITING: usize = 64;
/// Measured for at least so many mean gradings.
const GRADINGS: f64 = 3.0;

/// What so many graders get done.
#[derive(Debug, Serialize)]
pub(super) struct Level {
    pub(super) workers: usize,
    pub(super) processes: usize,
    pub(super) seconds: f64,
    /// Verdicts that were stored.
    pub(super) completions: usize,
    pub(super) per_second: f64,
    /// What there would be if no grader ever waited: their number by the mean time of a grading.
    pub(super) linear_per_second: f64,
    /// The share of all graders' time in which they graded: throughput by `linear_per_second`, without the chance of what ends just
    /// inside or outside of the measurement.
    pub(super) of_linear: f64,
    pub(super) within_5_percent: bool,
    /// Whether it is fewer than the limit feeds.
    pub(super) below_limit: bool,
    /// From the end of the work to the next claim: the verdict is stored and the next one taken.
    pub(super) wait: Option<Figures>,
    /// Processor time of this process for each verdict: all graders, all who hand in, the server's part.
    pub(super) cpu_ms: f64,
    pub(super) errors: usize,
}

/// What happened.
#[derive(Default)]
struct Log {
    stints: Mutex<Vec<Stint>>,
    ends: Mutex<Vec<Instant>>,
    claimed: AtomicUsize,
}

/// Measure.
pub(super) async fn measure(site: &Arc<Site>, plan: &Plan, workers: usize) -> Result<Level, Problem> {
    let log = Arc::new(Log::default());
    let mut tasks = JoinSet::new();
    let begun = site.handed_in();
    let enough = WAITING + workers / 2;
    for candidate in 0..CANDIDATES {
        tasks.spawn(hands_in(site.clone(), log.clone(), candidate, begun + enough));
    }
    while site.handed_in() < begun + enough {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tasks.spawn(site.clone().sweeps());
    tasks.spawn(site.clone().relays(workers));
    let mean = recorded::mean().div_f64(plan.pace);
    let processes = workers.div_ceil(plan.graders);
    for process in 0..processes {
        tasks.spawn(site.clone().beats(process, plan.graders.min(workers), plan.pace));
        let broker = site.connect().await?;
        for n in process * plan.graders..workers.min((process + 1) * plan.graders) {
            // One after the other over a mean grading, so that they do not all end in one moment.
            let start = mean.mul_f64(n as f64 / workers as f64);
            let (site, log, broker, plan) = (site.clone(), log.clone(), broker.clone(), *plan);
            tasks.spawn(async move {
                tokio::time::sleep(start).await;
                let grader = Grader::new(&site, n, plan.graders, broker, plan.pace);
                works(grader, |stint| log.begins(stint), |at| log.ends(at)).await;
            });
        }
    }
    tokio::time::sleep(mean * 2).await;
    let (from, cpu) = (Instant::now(), Burden::now());
    let errors = site.errors.load(Ordering::Relaxed);
    tokio::time::sleep(plan.measured.max(mean.mul_f64(GRADINGS))).await;
    let (until, cpu) = (Instant::now(), Burden::now().since(cpu));
    let errors = site.errors.load(Ordering::Relaxed) - errors;
    tasks.shutdown().await;
    site.leave(processes, plan.graders).await?;
    site.clear().await?;
    let waited = log.waited(from, until);
    let (busy, completions) = (log.busy(from, until), log.completions(from, until));
    let seconds = (until - from).as_secs_f64();
    let of_linear = round(busy.as_secs_f64() / (seconds * workers as f64));
    Ok(Level {
        workers,
        processes,
        seconds: round(seconds),
        completions,
        per_second: round(completions as f64 / seconds),
        linear_per_second: round(workers as f64 / mean.as_secs_f64()),
        of_linear,
        within_5_percent: of_linear >= 0.95,
        below_limit: false,
        wait: (!waited.is_empty()).then(|| Figures::of(&waited)),
        cpu_ms: round(cpu.server.as_secs_f64() * 1000.0 / completions.max(1) as f64),
        errors,
    })
}

/// Hands in whenever fewer than enough wait.
async fn hands_in(site: Arc<Site>, log: Arc<Log>, candidate: usize, enough: usize) {
    loop {
        if site.handed_in() >= enough + log.claimed.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        } else if let Err(error) = site.hand_in(candidate).await {
            site.rest(&error, 1.0).await;
        }
    }
}

impl Log {
    fn begins(&self, stint: Stint) {
        self.claimed.fetch_add(1, Ordering::Relaxed);
        self.stints.lock().unwrap_or_else(PoisonError::into_inner).push(stint);
    }

    fn ends(&self, at: Instant) {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner).push(at);
    }

    fn completions(&self, from: Instant, until: Instant) -> usize {
        let ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        ends.iter().filter(|at| (from..until).contains(*at)).count()
    }

    fn waited(&self, from: Instant, until: Instant) -> Vec<Duration> {
        let stints = self.stints.lock().unwrap_or_else(PoisonError::into_inner);
        stints.iter().filter(|s| (from..until).contains(&s.from)).filter_map(|s| s.waited).collect()
    }

    /// The time that all graders together graded between two moments.
    fn busy(&self, from: Instant, until: Instant) -> Duration {
        let stints = self.stints.lock().unwrap_or_else(PoisonError::into_inner);
        stints.iter().map(|s| s.until.min(until).saturating_duration_since(s.from.max(from))).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_between_the_two_moments_counts() {
        let start = Instant::now();
        let at = |s: u64| start + Duration::from_secs(s);
        let log = Log::default();
        for (from, until) in [(0, 8), (9, 12), (13, 22), (0, 9), (25, 30)] {
            let waited = Some(Duration::from_secs(1));
            log.begins(Stint { from: at(from), until: at(until), waited });
            log.ends(at(until));
        }
        assert_eq!(log.busy(at(10), at(20)), Duration::from_secs(2 + 7));
        assert_eq!(log.completions(at(10), at(20)), 1);
        assert_eq!(log.waited(at(10), at(20)).len(), 1);
    }
}
