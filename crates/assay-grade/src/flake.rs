//! Right solutions again and again, on a machine that has too much to do: what fails then is the tests' fault.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use assay_content::{Exercise, Kind, Variant};
use assay_core::{Evidence, Fault, PassName, Verdict};
use assay_go::{Built, Flavour};
use serde::Serialize;

use crate::assemble::{self, Builder, OnDisk};
use crate::plan::{self, PassPlan, PlannedTest, SplitMix};
use crate::quote::Quotes;
use crate::spread::spread;
use crate::{Grader, Scope, judge, pass};

/// Repetitions of one process: few, so that none comes near the limits that are made for an ordinary grading.
const A_PROCESS: u32 = 5;

/// How flakes are looked for.
#[derive(Clone, Copy)]
pub struct Flaking<'a> {
    /// Repetitions of all tests, of each right solution in each flavour.
    pub iterations: u32,
    /// Processes at a time: several for each processor.
    pub at_once: usize,
    /// Where orders come from.
    pub seed: u64,
    /// Told after each process: processes done, processes in all, and whose.
    pub done: &'a (dyn Fn(usize, usize, &str) + Sync),
}

/// One right solution in one flavour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repeated {
    /// Folder below `solutions/`.
    pub solution: String,
    /// Plain or race.
    pub pass: PassName,
    /// Repetitions of all tests.
    pub iterations: u32,
    /// Tests that failed in them, or processes that ended badly.
    pub failures: u32,
    /// The first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
}

/// Repeat the tests of every right solution, plain and race. An exhibit has none.
pub fn flake(grader: &Grader, exercise: &Exercise, how: &Flaking<'_>) -> Result<Vec<Repeated>, Fault> {
    if exercise.kind == Kind::Exhibit {
        return Ok(vec![]);
    }
    let plan = plan::plan(exercise, Scope::All, Flavour::Plain, how.seed);
    let mut all = vec![];
    let finished = AtomicUsize::new(0);
    let processes = how.iterations.div_ceil(A_PROCESS) as usize;
    let total = exercise.solutions.len() * plan.passes.len() * processes;
    for solution in &exercise.solutions {
        for pass in &plan.passes {
            let run = Run { grader, exercise, solution, tests: &plan.tests, pass, seed: how.seed };
            let done = || {
                let done = finished.fetch_add(1, Ordering::Relaxed) + 1;
                (how.done)(done, total, &format!("{} {}", solution.name, pass.name));
            };
            all.push(run.all(processes, how.at_once, &done)?);
        }
    }
    Ok(all)
}

#[derive(Clone, Copy)]
struct Run<'a> {
    grader: &'a Grader,
    exercise: &'a Exercise,
    solution: &'a Variant,
    tests: &'a [PlannedTest],
    pass: &'a PassPlan,
    seed: u64,
}

impl Run<'_> {
    fn all(self, processes: usize, at_once: usize, done: &(dyn Fn() + Sync)) -> Result<Repeated, Fault> {
        let program = self.build()?;
        let numbers: Vec<u64> = (0..processes as u64).collect();
        let came_to = spread(at_once, &numbers, &AtomicBool::new(false), |n| {
            let failed = self.process(&program, *n)?;
            done();
            Ok(failed)
        });
        let mut repeated = Repeated {
            solution: self.solution.name.clone(),
            pass: self.pass.name,
            iterations: processes as u32 * A_PROCESS,
            failures: 0,
            first: None,
        };
        for one in came_to.into_iter().flatten() {
            let (failures, first) = one?;
            repeated.failures += failures;
            repeated.first = repeated.first.or(first);
        }
        Ok(repeated)
    }

    /// How many tests failed in the process `n`, and how the first of them did.
    fn process(self, program: &OnDisk, n: u64) -> Result<(u32, Option<String>), Fault> {
        let (go, sandbox) = (self.grader.go.as_ref(), self.grader.sandbox.as_ref());
        let seed = SplitMix(self.seed.wrapping_add(n)).next();
        let plan = self.pass.repeated(self.tests.len(), A_PROCESS, seed);
        let runs = pass::run(go, sandbox, &plan, self.tests, program, &|_| {})?;
        let quotes = Quotes { files: &self.solution.files, sites: &[] };
        let judged = judge::pass(&plan, self.tests, &runs, &quotes)?;
        if judged.report.verdict == Verdict::Accepted {
            return Ok((0, None));
        }
        let failures = judged.report.tests.iter().map(|t| t.failures).sum::<u32>().max(1);
        Ok((failures, judged.findings.first().map(|(_, e)| Evidence::headline(e))))
    }

    fn build(self) -> Result<OnDisk, Fault> {
        let (go, sandbox) = (self.grader.go.as_ref(), self.grader.sandbox.as_ref());
        let (files, flavour) = (&self.solution.files, self.pass.flavour);
        let (exercise, scope) = (self.exercise, Scope::All);
        match (Builder { go, sandbox, exercise, files, outline: &[], scope, flavour }).program(self.tests)? {
            Built::Done(program) => Ok(assemble::keep(&program)?.beside(self.exercise, files)),
            other => {
                let what = format!(
                    "{}/solutions/{} does not build: {other:?}",
                    self.exercise.slug, self.solution.name
                );
                Err(Fault::new(what).advise("`assay prove` says more"))
            }
        }
    }
}
