//! One grading, from files to a report.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use assay_content::{Exercise, Kind};
use assay_core::{
    Event, Evidence, ExerciseRef, Fault, Figure, NotRun, PassName, PassReport, Position, Report, SCHEMA,
    SourceFile, Step, Submission, TestStatus, Timings, Verdict,
};
use assay_go::{Flavour, Screened};

use crate::assemble::{self, Builder, OnDisk};
use crate::ending::Finding;
use crate::judge::{self, Judged};
use crate::pass::{self, ProcessRun};
use crate::plan::{self, PassPlan, Plan};
use crate::quote::Quotes;
use crate::refused::{rejections, unbuilt, with_unreadable};
use crate::repeat::{Ran, Repeat};
use crate::vet::{self, Cue};
use crate::{Grader, Options, Scope, bench, exhibit, explore, observe, reference, stress};

/// Most pieces of evidence in a report.
const MOST_EVIDENCE: usize = 30;

/// What the passes came to, before it is a report.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) passes: Vec<PassReport>,
    pub(crate) findings: Vec<Finding>,
    /// What the budgets came to.
    pub(crate) figures: Vec<Figure>,
    /// Passes that could not run here.
    pub(crate) not_run: Vec<NotRun>,
    /// What to say when all is well.
    pub(crate) praise: String,
}

impl Found {
    /// One more pass.
    fn add(&mut self, judged: Judged) {
        self.passes.push(judged.report);
        self.findings.extend(judged.findings);
    }

    /// A grading that ended before any pass.
    pub(crate) fn early(findings: Vec<Finding>) -> Found {
        Found { findings, ..Found::default() }
    }
}

impl Grader {
    /// Grade `submission`. Blocks; `emit` gets `Step`, `Plan` and `Test` events as they happen, from several threads.
    /// `Queued`, `Started`, `Finished` and `Faulted` are the caller's to send.
    pub fn grade(
        &self,
        exercise: &Exercise,
        submission: &Submission,
        options: Options,
        emit: &(dyn Fn(Event) + Sync),
    ) -> Result<Report, Fault> {
        reference::holds(self, exercise)?;
        vet::beside(self, exercise, submission, |cue| {
            self.grade_alone(exercise, submission, options, emit, cue)
        })
    }

    /// The same without asking that the reference holds, and without vet: for `prove`, which says more about one that does not. `cue` is
    /// given as soon as a box is free.
    pub(crate) fn grade_alone(
        &self,
        exercise: &Exercise,
        submission: &Submission,
        options: Options,
        emit: &(dyn Fn(Event) + Sync),
        cue: &Cue,
    ) -> Result<Report, Fault> {
        let begun = Instant::now();
        let seed = options.seed.unwrap_or_else(pass::random_seed);
        let mut timings = Timings::new();
        emit(Event::Step { step: Step::Screen });
        let files = submission.files();
        let screened = self.go.screen(self.sandbox.as_ref(), &exercise.package, &exercise.imports, files)?;
        timings.insert("screen_ms".into(), begun.elapsed().as_millis() as u64);
        let found = if screened.rejections.is_empty() {
            let found = match exercise.kind {
                Kind::Exhibit => {
                    cue.give(); // it fills one box only
                    exhibit::show(self, exercise, submission, &screened, &mut timings, emit)?
                }
                Kind::Implement | Kind::Repair => {
                    self.test(exercise, submission, &screened, options, seed, &mut timings, emit, cue)?
                }
            };
            with_unreadable(found, &screened)
        } else {
            Found::early(rejections(&screened))
        };
        emit(Event::Step { step: Step::Judge });
        timings.insert("total_ms".into(), begun.elapsed().as_millis() as u64);
        let mut report = self.report(exercise, seed, timings, found);
        if options.observe {
            emit(Event::Step { step: Step::Observe });
            let observing = Instant::now();
            report.observed = Some(observe::observation(self, exercise, submission, options.scope, &report));
            report.timings.insert("observe_ms".into(), observing.elapsed().as_millis() as u64);
            report.timings.insert("total_ms".into(), begun.elapsed().as_millis() as u64);
        }
        Ok(report)
    }

    /// Run the process that failed in the stress pass of `kept` again, `times` times, under its schedule. `None` if `kept` did not fail
    /// there, or the code no longer gets that far.
    pub fn again(
        &self,
        exercise: &Exercise,
        submission: &Submission,
        kept: &Report,
        times: u32,
    ) -> Result<Option<Again>, Fault> {
        let failed = kept.passes.iter().find(|p| p.schedule.is_some() && p.verdict != Verdict::Accepted);
        let Some(failed) = failed else { return Ok(None) };
        let begun = Instant::now();
        let screened = self.go.screen(
            self.sandbox.as_ref(),
            &exercise.package,
            &exercise.imports,
            submission.files(),
        )?;
        let plan = plan::plan(exercise, Scope::All, self.plain(), kept.seed);
        let quotes = Quotes { files: submission.files(), sites: &screened.sites };
        let stage = stress::Stage {
            grader: self,
            exercise,
            submission,
            outline: &screened.outline,
            tests: &plan.tests,
            quotes: &quotes,
            emit: &|_| {},
        };
        let explored = failed.schedule.as_deref().and_then(explore::seed_of);
        let (came_back, last) = match explored {
            Some(schedule) => stage.explored_again(kept.seed, schedule, times)?,
            None => stage.again(kept.seed, failed.repetitions.saturating_sub(1), times)?,
        };
        let Some(Judged { report, findings }) = last else { return Ok(None) };
        let mut timings = Timings::new();
        timings.insert("total_ms".into(), begun.elapsed().as_millis() as u64);
        let found = Found { passes: vec![report], findings, ..Found::default() };
        Ok(Some(Again { came_back, of: times, report: self.report(exercise, kept.seed, timings, found) }))
    }

    #[expect(clippy::too_many_arguments, reason = "one call site, each argument another thing")]
    fn test(
        &self,
        exercise: &Exercise,
        submission: &Submission,
        screened: &Screened,
        options: Options,
        seed: u64,
        timings: &mut Timings,
        emit: &(dyn Fn(Event) + Sync),
        cue: &Cue,
    ) -> Result<Found, Fault> {
        let plan = plan::plan(exercise, options.scope, self.plain(), seed);
        let quotes = Quotes { files: submission.files(), sites: &screened.sites };
        emit(Event::Step { step: Step::Build });
        let ways: Vec<Result<Way, Fault>> = std::thread::scope(|threads| {
            let one = |p| {
                let way = self.way(exercise, submission, &screened.outline, &plan, p, options, &quotes, emit);
                if matches!(way, Ok(Way { came_to: Ok(_), .. })) {
                    cue.give();
                }
                way
            };
            let handles: Vec<_> = plan.passes.iter().map(|p| threads.spawn(move || one(p))).collect();
            handles
                .into_iter()
                .map(|h| h.join().unwrap_or_else(|_| Err(Fault::new("a pass panicked"))))
                .collect()
        });
        let (mut ran, mut unbuilt) = (vec![], vec![]);
        for (way, pass) in ways.into_iter().zip(&plan.passes) {
            let way = way?;
            timings.insert(format!("{}_build_ms", pass.name), way.build_ms);
            timings.insert(format!("{}_ms", pass.name), way.run_ms);
            match way.came_to {
                Ok(one) => ran.push(one),
                // The flavours differ only in instrumentation: what one compiler run says, the other says too.
                Err(findings) if unbuilt.is_empty() => unbuilt = findings,
                Err(_) => {}
            }
        }
        if unbuilt.is_empty() {
            Repeat { grader: self, tests: &plan.tests, quotes: &quotes, seed }.confirm(&mut ran)?;
        }
        let native = self.sandbox.runs_native();
        let not_run = if native { vec![] } else { only_native(exercise, options.scope) };
        let mut found = Found { findings: unbuilt, not_run, ..Found::default() };
        let mut plain = None;
        for Ran { judged, plan, program } in ran {
            plain = plain.or((plan.name == PassName::Plain).then_some(program));
            found.passes.push(judged.report);
            found.findings.extend(judged.findings);
        }
        found.praise = praise(&found.passes);
        let perturbs = options.scope == Scope::All && !exercise.repetitions.stress.is_zero();
        if found.findings.is_empty() && perturbs {
            let (tests, quotes) = (&plan.tests[..], &quotes);
            let outline = &screened.outline[..];
            let stage = stress::Stage { grader: self, exercise, submission, outline, tests, quotes, emit };
            self.perturbed(&stage, plain.as_ref(), seed, &mut found, timings)?;
        }
        if let (true, Scope::All, [], Some(budgets), Some(program)) =
            (native, options.scope, &found.findings[..], &exercise.budgets, plain)
        {
            let (grader, tests, quotes) = (self, &plan.tests[..], &quotes);
            let stage = bench::Stage { grader, exercise, tests, quotes, seed, emit };
            let bench::Measured { judged, figures } = stage.run(budgets, &program, timings)?;
            found.praise = format!("{}; every budget holds", found.praise);
            found.add(judged);
            found.figures = figures;
        }
        Ok(found)
    }

    /// What other schedules show of a submission that holds under the usual ones; `plain` is the program of the plain pass.
    fn perturbed(
        &self,
        stage: &stress::Stage<'_>,
        plain: Option<&OnDisk>,
        seed: u64,
        found: &mut Found,
        timings: &mut Timings,
    ) -> Result<(), Fault> {
        let native = self.sandbox.runs_native();
        if native {
            let judged = stage.run(seed, timings)?;
            found.praise = format!("{}; stress ×{}", found.praise, judged.report.repetitions);
            found.add(judged);
        }
        let search = search(stage.exercise, native).filter(|_| plan::explorable(stage.exercise));
        let (Some(search), true) = (search, found.findings.is_empty()) else { return Ok(()) };
        let built = if native { stage.build(Flavour::Wasm)?.ok() } else { None };
        if let Some(program) = built.as_ref().or(plain) {
            let judged = stage.explore(program, search, seed, timings)?;
            found.praise = format!("{}; {} schedules", found.praise, judged.report.repetitions);
            found.add(judged);
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "one call site, each argument another thing")]
    fn way(
        &self,
        exercise: &Exercise,
        submission: &Submission,
        outline: &[SourceFile],
        plan: &Plan,
        pass: &PassPlan,
        options: Options,
        quotes: &Quotes<'_>,
        emit: &(dyn Fn(Event) + Sync),
    ) -> Result<Way, Fault> {
        let begun = Instant::now();
        let (go, sandbox) = (self.go.as_ref(), self.sandbox.as_ref());
        let (files, scope, flavour) = (submission.files(), options.scope, pass.flavour);
        let built = Builder { go, sandbox, exercise, files, outline, scope, flavour }.program(&plan.tests)?;
        let build_ms = begun.elapsed().as_millis() as u64;
        let program = match unbuilt(built) {
            Ok(program) => assemble::keep(&program)?.beside(exercise, submission.files()),
            Err(findings) => return Ok(Way { build_ms, run_ms: 0, came_to: Err(findings) }),
        };
        let step = if pass.flavour == Flavour::Race { Step::Race } else { Step::Plain };
        emit(Event::Step { step });
        emit(Event::Plan { pass: pass.name, tests: plan.tests.iter().map(|t| t.name.clone()).collect() });
        let begun = Instant::now();
        let told = AtomicBool::new(false);
        let look = |run: &ProcessRun| {
            if told.load(Relaxed) {
                return;
            }
            if let Some(evidence) = judge::worst(pass, &plan.tests, run, quotes)
                && !told.swap(true, Relaxed)
            {
                emit(Event::Evidence { pass: pass.name, evidence: Box::new(evidence) });
            }
        };
        let runs = pass::watched(go, sandbox, pass, &plan.tests, &program, emit, &look)?;
        let judged = judge::pass(pass, &plan.tests, &runs, quotes)?;
        let run_ms = begun.elapsed().as_millis() as u64;
        Ok(Way { build_ms, run_ms, came_to: Ok(Ran { plan: pass.clone(), program, judged }) })
    }

    fn report(&self, exercise: &Exercise, seed: u64, timings: Timings, found: Found) -> Report {
        let Found { passes, mut findings, figures, not_run, mut praise } = found;
        for NotRun { name, .. } in &not_run {
            praise = format!("{praise}; {name} did not run here");
        }
        findings.sort_by_key(|(verdict, _)| *verdict);
        let verdict = findings.first().map_or(Verdict::Accepted, |(v, _)| *v);
        let mut evidence: Vec<Evidence> = Vec::new();
        for (_, piece) in findings {
            if evidence.len() < MOST_EVIDENCE && !evidence.iter().any(|e| same(e, &piece)) {
                evidence.push(piece);
            }
        }
        Report {
            schema: SCHEMA.into(),
            exercise: ExerciseRef { slug: exercise.slug.clone(), version: exercise.version.clone() },
            verdict,
            summary: summary(verdict, &evidence, praise),
            passes,
            evidence,
            figures,
            not_run,
            vet: vec![],
            seed,
            toolchain: self.toolchain(),
            timings,
            observed: None,
        }
    }
}

/// How many schedules to explore and how long: as many as an exercise asks for; where nothing else perturbs them, until the time of its
/// stress pass is up.
fn search(exercise: &Exercise, native: bool) -> Option<(u64, Duration)> {
    match (native, exercise.repetitions.seeds) {
        (true, 0) => None,
        (true, seeds) => Some((u64::from(seeds), 2 * exercise.repetitions.stress)),
        (false, _) => Some((u64::MAX, exercise.repetitions.stress)),
    }
}

/// The passes of a grading that take a native program.
fn only_native(exercise: &Exercise, scope: Scope) -> Vec<NotRun> {
    let missing = |name, what: &str| NotRun {
        name,
        reason: format!("{what}, which WebAssembly has not; the backends jail and oci have it"),
    };
    let mut all = vec![missing(PassName::Race, "data races take threads and the race detector")];
    if scope == Scope::All && exercise.budgets.is_some() {
        all.push(missing(PassName::Bench, "budgets take a real processor's time"));
    }
    all
}

/// A schedule, taken again.
#[derive(Debug, Clone, PartialEq)]
pub struct Again {
    /// Processes that failed, with whatever verdict.
    pub came_back: u32,
    /// Processes.
    pub of: u32,
    /// Of the last that failed.
    pub report: Report,
}

struct Way {
    build_ms: u64,
    run_ms: u64,
    came_to: Result<Ran, Vec<Finding>>,
}

/// Where the accesses of a race lie, in no order.
fn places(accesses: &[assay_core::Access]) -> Vec<Position> {
    let frames = accesses.iter().filter_map(|a| crate::quote::telling(&a.stack));
    let mut places: Vec<Position> = frames.map(|f| f.position.clone()).collect();
    places.sort();
    places
}

/// Whether two pieces tell a reader the same thing.
fn same(a: &Evidence, b: &Evidence) -> bool {
    use Evidence::{Deadlock, FailedTest, Leak, Panic, Race};
    match (a, b) {
        (FailedTest { test, message, .. }, FailedTest { test: other, message: words, .. })
        | (Panic { test, message, .. }, Panic { test: other, message: words, .. }) => {
            test == other && message == words
        }
        (Race { accesses, .. }, Race { accesses: others, .. }) => places(accesses) == places(others),
        (Deadlock { test, .. }, Deadlock { test: other, .. })
        | (Leak { test, .. }, Leak { test: other, .. }) => test == other,
        _ => a == b,
    }
}

fn praise(passes: &[PassReport]) -> String {
    let Some(first) = passes.first() else { return String::new() };
    let skipped = first.tests.iter().filter(|t| t.status == TestStatus::NotRun).count();
    let held = match (first.tests.len(), skipped) {
        (n, 0) => format!("all {n} tests hold"),
        (n, skipped) => format!("{} tests hold, {skipped} skipped", n - skipped),
    };
    let passes: Vec<String> = passes.iter().map(|p| format!("{} ×{}", p.name, p.repetitions)).collect();
    format!("{held} ({}): no race, deadlock, panic or leak", passes.join(", "))
}

fn summary(verdict: Verdict, evidence: &[Evidence], praise: String) -> String {
    let Some(first) = evidence.first() else { return praise };
    let more = match evidence.len() - 1 {
        0 => String::new(),
        n => format!(" (and {n} more)"),
    };
    match verdict {
        Verdict::Accepted => first.headline(),
        _ => format!("{}{more}", first.headline()),
    }
}
