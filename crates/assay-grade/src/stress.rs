//! The stress pass: the same tests again and again under schedules that the ordinary scheduler hardly ever takes, until the time is up or
//! one of them shows something. Only for submissions that passed everything else.

use std::time::{Duration, Instant};

use assay_content::Exercise;
use assay_core::{
    Event, Fault, PassName, PassReport, SourceFile, Step, Submission, TestResult, TestStatus, Timings, Usage,
    Verdict,
};
use assay_go::{Built, Flavour};
use assay_sandbox::{Job, Limits};

use crate::assemble::{self, Builder, OnDisk};
use crate::controls::Deal;
use crate::ending::Finding;
use crate::explore::{self, Search};
use crate::judge::{self, Judged};
use crate::pass::ProcessRun;
use crate::plan::{self, PassPlan, PlannedTest};
use crate::quote::Quotes;
use crate::refused::unbuilt;
use crate::{Grader, Scope, pass, repeat};

/// Processes under a schedule in which something was measured, besides the first.
const MORE: u32 = 8;

/// Processor time of one explored run: most take some milliseconds, and one that takes longer is not worth hundreds of others.
const A_RUN: Duration = Duration::from_secs(2);

/// From how many seeds the first of a search is drawn: they are read by people.
const FIRSTS: u64 = 1_000_000;

/// What a stress pass works on.
pub(crate) struct Stage<'a> {
    pub(crate) grader: &'a Grader,
    pub(crate) exercise: &'a Exercise,
    pub(crate) submission: &'a Submission,
    pub(crate) outline: &'a [SourceFile],
    pub(crate) tests: &'a [PlannedTest],
    pub(crate) quotes: &'a Quotes<'a>,
    pub(crate) emit: &'a (dyn Fn(Event) + Sync),
}

impl Stage<'_> {
    /// Process `n` of the pass that `seed` began, `times` times: how often it showed something, and what it showed last.
    pub(crate) fn again(&self, seed: u64, n: u32, times: u32) -> Result<(u32, Option<Judged>), Fault> {
        let plan = plan::stress(self.exercise, self.tests.len(), seed, n);
        let Ok(program) = self.build(plan.flavour)? else { return Ok((0, None)) };
        let (mut came_back, mut last) = (0, None);
        for _ in 0..times {
            let judged = self.process(&plan, n, &program, &|_: Event| {})?.1;
            if judged.report.verdict != Verdict::Accepted {
                came_back += 1;
                last = Some(judged);
            }
        }
        Ok((came_back, last))
    }

    /// Run `program`, which is WebAssembly, under one seed after another, and the first that ends badly once more in conversation: that is
    /// what is weighed.
    pub(crate) fn explore(
        &self,
        program: &OnDisk,
        (count, time): (u64, Duration),
        seed: u64,
        timings: &mut Timings,
    ) -> Result<Judged, Fault> {
        (self.emit)(Event::Step { step: Step::Stress });
        let begun = Instant::now();
        let plan = plan::explored(self.exercise, self.tests.len(), seed);
        let deal = Deal::new(self.tests.len(), &plan.lanes.concat(), plan.deal);
        let (script, answers) = explore::foretold(&deal);
        let job = pass::job(&self.grader.go, program, &plan)?;
        let job = Job { limits: Limits { cpu: A_RUN, ..job.limits.clone() }, ..job };
        let search = Search { first: seed % FIRSTS, count, enough: 1, time, threads: 2 };
        let found = self.grader.wasi()?.explore(&job, &search.seeds(script, answers))?;
        let repetitions = u32::try_from(found.runs).unwrap_or(u32::MAX);
        timings.insert("explore_ms".into(), begun.elapsed().as_millis() as u64);
        for bad in &found.bad {
            let judged = self.run_again(&plan, bad.seed, program)?;
            if judged.report.verdict != Verdict::Accepted {
                self.tell(&judged);
                return Ok(judged);
            }
        }
        let usage = Usage {
            wall_ms: found.usage.wall.as_millis() as u64,
            cpu_ms: found.usage.cpu().as_millis() as u64,
            memory_bytes: found.usage.memory,
        };
        let report = self.holding(&plan, repetitions, usage);
        Ok(Judged { report, findings: vec![] })
    }

    /// The run of `plan` under the schedule of `seed`.
    fn run_again(&self, plan: &PassPlan, seed: u64, program: &OnDisk) -> Result<Judged, Fault> {
        let schedule = Some(format!("{}{}", explore::MARK, explore::schedule(seed)));
        let plan = PassPlan { schedule, ..plan.clone() };
        let (go, wasi) = (self.grader.go.as_ref(), self.grader.wasi()?.as_ref());
        let runs = pass::run(go, wasi, &plan, self.tests, program, &|_: Event| {})?;
        judge::pass(&plan, self.tests, &runs, self.quotes)
    }

    /// The report of a pass of so many runs in which every test held. How long each took is not told.
    fn holding(&self, plan: &PassPlan, repetitions: u32, usage: Usage) -> PassReport {
        let test = |t: &PlannedTest| TestResult {
            name: t.name.clone(),
            status: TestStatus::Passed,
            duration_ms: 0,
            output: String::new(),
            visible: t.visible,
            runs: repetitions,
            failures: 0,
        };
        let tests = self.tests.iter().map(test).collect();
        PassReport { name: plan.name, verdict: Verdict::Accepted, repetitions, schedule: None, tests, usage }
    }

    /// The run of an explored schedule, `times` times.
    pub(crate) fn explored_again(
        &self,
        seed: u64,
        schedule: u64,
        times: u32,
    ) -> Result<(u32, Option<Judged>), Fault> {
        let Ok(program) = self.build(Flavour::Wasm)? else { return Ok((0, None)) };
        let plan = plan::explored(self.exercise, self.tests.len(), seed);
        let (mut came_back, mut last) = (0, None);
        for _ in 0..times {
            let judged = self.run_again(&plan, schedule, &program)?;
            if judged.report.verdict != Verdict::Accepted {
                came_back += 1;
                last = Some(judged);
            }
        }
        Ok((came_back, last))
    }

    /// Build both perturbed flavours and run them in turn.
    pub(crate) fn run(&self, seed: u64, timings: &mut Timings) -> Result<Judged, Fault> {
        let begun = Instant::now();
        (self.emit)(Event::Step { step: Step::Stress });
        let (plain, race) = std::thread::scope(|threads| {
            let plain = threads.spawn(|| self.build(Flavour::Stress));
            let race = self.build(Flavour::StressRace);
            (plain.join().unwrap_or_else(|_| Err(Fault::new("a build panicked"))), race)
        });
        let (plain, race) = match (plain?, race?) {
            (Ok(plain), Ok(race)) => (plain, race),
            (Err(findings), _) | (_, Err(findings)) => return Ok(Self::unbuilt(findings)),
        };
        timings.insert("stress_build_ms".into(), begun.elapsed().as_millis() as u64);
        let names = self.tests.iter().map(|t| t.name.clone()).collect();
        (self.emit)(Event::Plan { pass: PassName::Stress, tests: names });
        let begun = Instant::now();
        let judged = self.rounds(&plain, &race, seed)?;
        timings.insert("stress_ms".into(), begun.elapsed().as_millis() as u64);
        Ok(judged)
    }

    /// What compiled before only just did not pass a limit.
    fn unbuilt(findings: Vec<Finding>) -> Judged {
        let verdict = findings.iter().map(|(v, _)| *v).min().unwrap_or(Verdict::Accepted);
        let report = PassReport {
            name: PassName::Stress,
            verdict,
            repetitions: 0,
            schedule: None,
            tests: vec![],
            usage: Usage::default(),
        };
        Judged { report, findings }
    }

    pub(crate) fn build(&self, flavour: Flavour) -> Result<Result<OnDisk, Vec<Finding>>, Fault> {
        let (go, sandbox) = (self.grader.go.as_ref(), self.grader.sandbox.as_ref());
        let (exercise, files, outline) = (self.exercise, self.submission.files(), self.outline);
        let scope = Scope::All;
        let built = Builder { go, sandbox, exercise, files, outline, scope, flavour }.program(self.tests)?;
        if let Built::Refused(said) = &built {
            return Err(Fault::new(format!("what compiled before does not for {flavour:?}: {said:?}")));
        }
        match unbuilt(built) {
            Ok(program) => Ok(Ok(assemble::keep(&program)?.beside(self.exercise, files))),
            Err(findings) => Ok(Err(findings)),
        }
    }

    /// One process after another, each under a schedule of its own, until one finds something or the time is up; at least
    /// one of each flavour.
    fn rounds(&self, plain: &OnDisk, race: &OnDisk, seed: u64) -> Result<Judged, Fault> {
        let begun = Instant::now();
        let mut all: Vec<ProcessRun> = Vec::new();
        let quiet = |_: Event| {};
        for n in 0.. {
            let plan = plan::stress(self.exercise, self.tests.len(), seed, n);
            let program = if plan.flavour.is_race() { race } else { plain };
            // The page ticks once; thousands of repetitions would only flood it.
            let emit: &(dyn Fn(Event) + Sync) = if n == 0 { self.emit } else { &quiet };
            let (runs, judged) = self.process(&plan, n, program, emit)?;
            if judged.report.verdict != Verdict::Accepted {
                self.tell(&judged);
                return self.confirmed(judged, &plan, n, program, seed);
            }
            all.extend(runs);
            if n >= 1 && begun.elapsed() >= self.exercise.repetitions.stress {
                let plan = PassPlan { repetitions: n + 1, schedule: None, ..plan };
                return judge::pass(&plan, self.tests, &all, self.quotes);
            }
        }
        Err(Fault::new("the stress pass ran out of numbers"))
    }

    /// What was only measured must come back under the same schedule at least every second time.
    fn confirmed(
        &self,
        mut judged: Judged,
        plan: &PassPlan,
        n: u32,
        program: &OnDisk,
        seed: u64,
    ) -> Result<Judged, Fault> {
        if !repeat::is_measured(judged.report.verdict) {
            return Ok(judged);
        }
        let mut failures = 1;
        for _ in 0..MORE {
            let again = self.process(plan, n, program, &|_: Event| {})?.1;
            if again.report.verdict < judged.report.verdict {
                return Ok(again);
            }
            failures += u32::from(again.report.verdict != Verdict::Accepted);
            if 2 * failures > MORE {
                return Ok(judged);
            }
        }
        repeat::flaky(&mut judged, None, MORE + 1 - failures, MORE + 1, seed);
        Ok(judged)
    }

    /// Run and weigh one process. Its number, from which [`Stage::again`] makes it anew, is one less than the report's repetitions.
    fn process(
        &self,
        plan: &PassPlan,
        n: u32,
        program: &OnDisk,
        emit: &(dyn Fn(Event) + Sync),
    ) -> Result<(Vec<ProcessRun>, Judged), Fault> {
        let (go, sandbox) = (self.grader.go.as_ref(), self.grader.sandbox.as_ref());
        let runs = pass::run(go, sandbox, plan, self.tests, program, emit)?;
        let mut judged = judge::pass(plan, self.tests, &runs, self.quotes)?;
        judged.report.repetitions = n + 1;
        Ok((runs, judged))
    }

    /// The tests that a later round failed, for those who follow live.
    fn tell(&self, judged: &Judged) {
        let failed = judged.report.tests.iter().filter(|t| t.status == assay_core::TestStatus::Failed);
        for test in failed {
            (self.emit)(Event::Test {
                pass: PassName::Stress,
                name: test.name.clone(),
                status: test.status,
                duration_ms: test.duration_ms,
            });
        }
    }
}
