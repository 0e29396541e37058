//! What the dispatcher costs: real queue, store and HTTP, with gradings that are played back from a record.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use assay_content::Exercise;
use assay_core::{Event, Fault, Report, Submission};
use assay_grade::{Options, Revoked};
use assay_web::Grade;
use serde::Serialize;

use super::burden::{self, Burden};
use super::site::Site;
use crate::problem::Problem;
use crate::progress::Progress;

/// Waiting submissions in the two cases.
const FEW: usize = 10;
const MANY: usize = 10_000;
/// Submissions measured in each case.
const MEASURED: usize = 400;
/// Gradings at a time.
const GRADERS: usize = 2;

/// The dispatcher's own cost for one submission, from the call to the stored verdict.
#[derive(Debug, Serialize)]
pub(super) struct Dispatch {
    few: Cost,
    many: Cost,
    /// Processor time with many waiting by that with few.
    ratio: f64,
    /// By which the server's memory grows, bytes, for each that waits.
    memory_per_queued: u64,
}

#[derive(Debug, Serialize)]
struct Cost {
    waiting: usize,
    /// Processor time for one submission: handing in, taking, storing what happens, finishing.
    cpu_us: u64,
    submit_us: u64,
    grade_us: u64,
}

impl Dispatch {
    pub(super) fn human(&self) -> String {
        let line = |c: &Cost| {
            format!(
                "  dispatcher, {:>6} waiting: {:>6} µs of processor time a submission; wall {} µs to hand in, {} µs to take, store and finish\n",
                c.waiting, c.cpu_us, c.submit_us, c.grade_us
            )
        };
        format!(
            "{}{}  × {:.2}; {} bytes of memory for each that waits\n",
            line(&self.few),
            line(&self.many),
            self.ratio,
            self.memory_per_queued
        )
    }
}

/// Plays a recorded grading back at once, while the gate is open.
struct Played {
    events: Vec<Event>,
    report: Report,
    gate: Arc<Gate>,
}

/// Lets so many gradings through.
#[derive(Default)]
struct Gate {
    state: Mutex<GateState>,
    changed: Condvar,
}

#[derive(Default)]
struct GateState {
    left: usize,
    passed: usize,
}

impl Gate {
    fn open(&self, gradings: usize) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).left += gradings;
        self.changed.notify_all();
    }

    fn pass(&self) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state =
            self.changed.wait_while(state, |s| s.left == 0).unwrap_or_else(PoisonError::into_inner);
        state.left -= 1;
        state.passed += 1;
        self.changed.notify_all();
    }

    /// Wait until so many have passed in all.
    fn wait(&self, passed: usize) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.changed.wait_while(state, |s| s.passed < passed).unwrap_or_else(PoisonError::into_inner));
    }
}

impl Grade for Played {
    fn grade(
        &self,
        _: &Exercise,
        _: &Submission,
        _: Options,
        _: &Revoked,
        emit: &(dyn Fn(Event) + Sync),
    ) -> Result<Report, Fault> {
        self.gate.pass();
        self.events.iter().cloned().for_each(emit);
        Ok(self.report.clone())
    }
}

/// Measure with the events and the report of a real grading.
pub(super) fn dispatch(
    exercise: &Exercise,
    events: &[Event],
    report: &Report,
    progress: &Progress,
) -> Result<Dispatch, Problem> {
    let files = &exercise.start;
    let gate = Arc::new(Gate::default());
    let grade = Played { events: events.to_vec(), report: report.clone(), gate: gate.clone() };
    let site = Site::start(std::slice::from_ref(exercise), grade, GRADERS, 4 * MANY)?;
    let hand_in = |n: usize| -> Result<Duration, Problem> {
        let begun = Instant::now();
        for _ in 0..n {
            site.submit(exercise, files)?;
        }
        Ok(begun.elapsed())
    };
    let mut passed = 0;
    // The graders hold two more than wait.
    hand_in(FEW + GRADERS)?;
    let mut measure = |waiting: usize| -> Result<Cost, Problem> {
        let (mut handing, mut grading) = (Duration::ZERO, Duration::ZERO);
        let cpu = Burden::now();
        for done in (0..MEASURED).step_by(FEW) {
            progress.step(&format!("dispatcher, {waiting} waiting"), done, MEASURED);
            handing += hand_in(FEW)?;
            let begun = Instant::now();
            gate.open(FEW);
            passed += FEW;
            gate.wait(passed);
            grading += begun.elapsed();
        }
        let each = |all: Duration| (all.as_micros() / MEASURED as u128) as u64;
        let cpu_us = each(Burden::now().since(cpu).whole());
        Ok(Cost { waiting, cpu_us, submit_us: each(handing), grade_us: each(grading) })
    };
    measure(FEW)?;
    let few = measure(FEW)?;
    let before = burden::resident();
    for done in (FEW..MANY).step_by(FEW) {
        progress.step("dispatcher, handing in", done, MANY);
        hand_in(FEW)?;
    }
    let memory_per_queued = burden::resident().saturating_sub(before) / (MANY - FEW) as u64;
    let many = measure(MANY)?;
    gate.open(usize::MAX / 2);
    let ratio = super::round(many.cpu_us as f64 / few.cpu_us.max(1) as f64);
    Ok(Dispatch { few, many, ratio, memory_per_queued })
}
