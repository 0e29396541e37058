//! What the database can do: graders that take no time at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::task::JoinSet;

use super::super::figures::round;
use super::grader::{Grader, hurries};
use super::recorded;
use super::site::Site;
use crate::problem::Problem;
use crate::progress::Progress;

/// So many tasks, each of which does one thing at a time at the database.
const TASKS: [usize; 6] = [1, 2, 4, 8, 16, 32];
/// Tasks that share the connections of one process, of which there are as many.
const A_PROCESS: usize = 8;
const WARM: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(6);
/// What is handed to the broker ahead of the graders is for a fleet of this size.
const SLOTS: usize = 1000;

/// How fast submissions can pass through the database.
#[derive(Debug, Serialize)]
pub(super) struct Limit {
    /// The most that was measured: handed in, claimed, all events stored, verdict stored.
    pub(super) per_second: f64,
    /// How many graders that take the recorded time that feeds.
    pub(super) feeds_workers: usize,
    pub(super) by_tasks: Vec<Rate>,
}

#[derive(Debug, Serialize)]
pub(super) struct Rate {
    pub(super) tasks: usize,
    pub(super) per_second: f64,
    pub(super) errors: usize,
}

impl Limit {
    fn of(by_tasks: Vec<Rate>) -> Limit {
        let per_second = by_tasks.iter().map(|r| r.per_second).fold(0.0, f64::max);
        let feeds_workers = (per_second * recorded::mean().as_secs_f64()).floor() as usize;
        Limit { per_second, feeds_workers, by_tasks }
    }

    /// Whether it feeds so many, whose gradings go so many times faster than was recorded.
    pub(super) fn feeds(&self, workers: usize, pace: f64) -> bool {
        workers as f64 * pace <= self.feeds_workers as f64
    }
}

/// Measure.
pub(super) async fn measure(site: &Arc<Site>, progress: &Progress) -> Result<Limit, Problem> {
    let mut by_tasks = vec![];
    for (n, tasks) in TASKS.into_iter().enumerate() {
        progress.step("the limit of the database", n, TASKS.len());
        by_tasks.push(rate(site, tasks).await?);
    }
    Ok(Limit::of(by_tasks))
}

async fn rate(site: &Arc<Site>, tasks: usize) -> Result<Rate, Problem> {
    let done = Arc::new(AtomicUsize::new(0));
    let mut at_work = JoinSet::new();
    at_work.spawn(site.clone().sweeps());
    at_work.spawn(site.clone().relays(SLOTS));
    for n in 0..tasks {
        let (site, done, broker) = (site.clone(), done.clone(), site.connect().await?);
        at_work.spawn(async move {
            hurries(Grader::new(&site, n, A_PROCESS, broker, 1.0), &done).await;
        });
    }
    tokio::time::sleep(WARM).await;
    let errors = site.errors.load(Ordering::Relaxed);
    let (before, begun) = (done.load(Ordering::Relaxed), Instant::now());
    tokio::time::sleep(MEASURED).await;
    let (after, took) = (done.load(Ordering::Relaxed), begun.elapsed());
    let errors = site.errors.load(Ordering::Relaxed) - errors;
    at_work.shutdown().await;
    site.clear().await?;
    Ok(Rate { tasks, per_second: round((after - before) as f64 / took.as_secs_f64()), errors })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_rate_is_the_limit_and_feeds_so_many_graders() {
        let rate = |tasks, per_second| Rate { tasks, per_second, errors: 0 };
        let limit = Limit::of(vec![rate(1, 20.0), rate(8, 100.0), rate(32, 90.0)]);
        let mean = recorded::mean().as_secs_f64();
        assert_eq!(limit.feeds_workers, (100.0 * mean) as usize);
        assert!(limit.feeds(300, 1.0) && !limit.feeds(300, 2.0), "{limit:?}");
    }
}
