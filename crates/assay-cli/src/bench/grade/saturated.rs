//! Submissions without a pause: how many a minute, and what each costs besides its compiler, linker and tests.

use std::fmt::Write as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use assay_content::Exercise;
use serde::Serialize;

use super::burden::Burden;
use super::site::Site;
use super::{Lab, MOST_WAITING, accepted, changed, round, solution};
use crate::problem::Problem;

/// Gradings at a time.
const SLOTS: [usize; 3] = [1, 2, 4];
/// Submissions for each place, and one more in flight so that none is ever empty.
const EACH: usize = 8;

#[derive(Debug, Serialize)]
pub(super) struct Saturated {
    slots: usize,
    per_minute: f64,
    /// Of server, helpers and boxes.
    cpu_seconds: f64,
    /// The server's part of it.
    server_cpu_seconds: f64,
    /// That of the helpers which make the boxes.
    helpers_cpu_seconds: f64,
    /// Of the programs in the boxes.
    contained_cpu_seconds: f64,
    ratio: f64,
}

impl Saturated {
    pub(super) fn human(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(
            text,
            "  {} at a time: {:.0} submissions a minute, {:.2} s of processor time each (server {:.2}, helpers {:.2}), × {:.2} of what its programs use",
            self.slots,
            self.per_minute,
            self.cpu_seconds,
            self.server_cpu_seconds,
            self.helpers_cpu_seconds,
            self.ratio
        );
        text
    }
}

pub(super) fn all(lab: &Lab<'_>, exercise: &Exercise) -> Result<Vec<Saturated>, Problem> {
    SLOTS.iter().map(|slots| one(lab, exercise, *slots)).collect()
}

fn one(lab: &Lab<'_>, exercise: &Exercise, slots: usize) -> Result<Saturated, Problem> {
    lab.progress.step(&format!("{slots} at a time"), 0, 1);
    let (grader, meter) = lab.grader(slots)?;
    let site = Site::start(std::slice::from_ref(exercise), grader, slots, MOST_WAITING)?;
    let files = solution(exercise)?.1;
    accepted(exercise, site.verdict(exercise, &changed(&files, 0))?)?;
    meter.take();
    let count = EACH * slots;
    let left = Mutex::new(0..count);
    let (before, begun) = (Burden::now(), Instant::now());
    // One candidate more than places, each with one submission at a time.
    let candidate = || -> Result<(), Problem> {
        loop {
            let next = left.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next();
            let Some(n) = next else { return Ok(()) };
            accepted(exercise, site.verdict(exercise, &changed(&files, n as u32))?)?;
        }
    };
    std::thread::scope(|threads| {
        let candidates: Vec<_> = (0..=slots).map(|_| threads.spawn(candidate)).collect();
        candidates.into_iter().try_for_each(|c| {
            c.join().unwrap_or_else(|_| Err(super::lost("a candidate's thread panicked".into())))
        })
    })?;
    let (took, used) = (begun.elapsed(), Burden::now().since(before));
    let contained: Duration = meter.take().iter().map(|r| r.cpu).sum();
    let each = |all: Duration| round(all.as_secs_f64() / count as f64);
    Ok(Saturated {
        slots,
        per_minute: round(count as f64 * 60.0 / took.as_secs_f64()),
        cpu_seconds: each(used.whole()),
        server_cpu_seconds: each(used.server),
        helpers_cpu_seconds: each(used.helpers),
        contained_cpu_seconds: each(contained),
        ratio: round(used.whole().as_secs_f64() / contained.as_secs_f64()),
    })
}
