//! What a process counts, as text in Prometheus' format: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use assay_core::Report;
use assay_store::{Depth, Worker};

use crate::service::Ended;

/// Counters of this process. Those of the queue come from the database when they are asked for.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    counted: Mutex<Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    verdicts: BTreeMap<&'static str, u64>,
    /// Milliseconds and count of each stage of gradings.
    stages: BTreeMap<String, (u64, u64)>,
    faults: u64,
    taken_away: u64,
    leases_lost: u64,
    storage_errors: u64,
}

impl Metrics {
    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A try ended.
    pub(crate) fn ended(&self, ended: &Ended) {
        let mut counted = self.counted();
        match ended {
            Ended::Graded(report) => counted.graded(report),
            Ended::Fault(_) => counted.faults += 1,
            Ended::TakenAway => counted.taken_away += 1,
            Ended::OutOfTime => {}
        }
    }

    /// A submission was taken from a grader that was not heard of any more.
    pub(crate) fn lease_lost(&self) {
        self.counted().leases_lost += 1;
    }

    /// The database or the broker did not do what it was asked.
    pub(crate) fn storage_error(&self) {
        self.counted().storage_errors += 1;
    }

    /// Everything, with the queue's depth and the fleet. `slots` are those in use here, and all.
    pub(crate) fn text(
        &self,
        depth: &Depth,
        workers: &[(Worker, i64)],
        slots: (usize, usize),
        now_ms: i64,
    ) -> String {
        let counted = self.counted();
        let mut page = Page::default();
        page.one("assay_queue_depth", "gauge", "Submissions that wait.", depth.waiting);
        let age = depth.oldest_ms.map_or(0, |oldest| (now_ms - oldest).max(0));
        page.one(
            "assay_queue_age_seconds",
            "gauge",
            "How long the oldest of them has waited.",
            age as f64 / 1e3,
        );
        let states = depth.states.iter().map(|(state, n)| (state.clone(), *n as f64));
        page.many("assay_submissions", "gauge", "Submissions by state.", "state", states);
        let fleet: usize = workers.iter().map(|(worker, _)| worker.slots).sum();
        page.one("assay_workers", "gauge", "Graders that were heard of lately.", workers.len());
        page.one("assay_fleet_slots", "gauge", "Gradings that all of them can do at once.", fleet);
        page.one("assay_slots", "gauge", "Gradings that this process can do at once.", slots.1);
        page.one("assay_slots_used", "gauge", "Gradings that it does now.", slots.0);
        let verdicts = counted.verdicts.iter().map(|(verdict, n)| ((*verdict).to_owned(), *n as f64));
        page.many("assay_verdicts_total", "counter", "Verdicts of this process.", "verdict", verdicts);
        let seconds = counted.stages.iter().map(|(stage, (ms, _))| (stage.clone(), *ms as f64 / 1e3));
        page.many("assay_stage_seconds_sum", "counter", "Time spent in each stage.", "stage", seconds);
        let times = counted.stages.iter().map(|(stage, (_, n))| (stage.clone(), *n as f64));
        page.many(
            "assay_stage_seconds_count",
            "counter",
            "How often each stage was gone through.",
            "stage",
            times,
        );
        page.one("assay_faults_total", "counter", "Tries that ended by a fault of ours.", counted.faults);
        page.one(
            "assay_taken_away_total",
            "counter",
            "Tries that were called back or taken away.",
            counted.taken_away,
        );
        page.one(
            "assay_leases_lost_total",
            "counter",
            "Submissions taken from silent graders.",
            counted.leases_lost,
        );
        page.one(
            "assay_storage_errors_total",
            "counter",
            "Failures of database or broker.",
            counted.storage_errors,
        );
        page.0
    }
}

impl Counted {
    fn graded(&mut self, report: &Report) {
        *self.verdicts.entry(report.verdict.name()).or_default() += 1;
        for (stage, ms) in &report.timings {
            let (sum, count) = self.stages.entry(stage.trim_end_matches("_ms").to_owned()).or_default();
            *sum += ms;
            *count += 1;
        }
    }
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn one(&mut self, name: &str, kind: &str, help: &str, value: impl std::fmt::Display) {
        self.head(name, kind, help);
        let _ = writeln!(self.0, "{name} {value}");
    }

    /// Values of our own words only, so that none needs escaping.
    fn many(
        &mut self,
        name: &str,
        kind: &str,
        help: &str,
        label: &str,
        values: impl Iterator<Item = (String, f64)>,
    ) {
        self.head(name, kind, help);
        for (word, value) in values {
            let _ = writeln!(self.0, "{name}{{{label}=\"{word}\"}} {value}");
        }
    }
}
