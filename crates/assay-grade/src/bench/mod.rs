//! The bench pass: what an iteration of each benchmark costs, against the exercise's budgets. Only for submissions that passed
//! everything else.
//!
//! The candidate's program takes turns with that of a reference (the start, or a right solution), each round in a process of its own: what slows the machine for a while slows both. Time is processor time: a wall clock measures the
//! machine's other work.

mod figures;
mod meter;

use std::time::{Duration, Instant};

use assay_content::{Budgets, Exercise};
use assay_core::{
    Event, Evidence, Fault, Figure, PassName, PassReport, SourceFile, Step, TestResult, TestStatus, Timings,
    Verdict,
};
use assay_go::{Built, Flavour};
use assay_sandbox::Outcome;

use crate::assemble::{self, Builder, OnDisk};
use crate::controls::Control;
use crate::ending::{self, Finding};
use crate::judge::{self, Judged};
use crate::plan::{self, PassPlan, PlannedTest, SplitMix};
use crate::quote::Quotes;
use crate::{Grader, Scope, pass};
use meter::{Ask, Meter, Sample, State, Trouble};

/// Rounds where time is measured; odd, so that most of them is more than half.
const ROUNDS: u32 = 7;
/// Rounds where only allocations are, which hardly vary.
const ROUNDS_WITHOUT_TIME: u32 = 3;
/// Processor time of a round of one benchmark: on a loaded machine up to 6 ms of it are not the benchmark's (measured).
const ROUND: Duration = Duration::from_millis(50);
/// Most iterations.
const MOST: u64 = 100_000_000;
/// Fewest, so that something remains when what is set up once is taken off.
const FEWEST: u64 = 6;
/// Iterations of the harness's own benchmark: about 4 ms.
const OF_THE_HARNESS: u64 = 4000;

/// What a bench pass works on.
pub(crate) struct Stage<'a> {
    pub(crate) grader: &'a Grader,
    pub(crate) exercise: &'a Exercise,
    pub(crate) tests: &'a [PlannedTest],
    pub(crate) quotes: &'a Quotes<'a>,
    pub(crate) seed: u64,
    pub(crate) emit: &'a (dyn Fn(Event) + Sync),
}

/// A bench pass, weighed, with every figure.
pub(crate) struct Measured {
    pub(crate) judged: Judged,
    pub(crate) figures: Vec<Figure>,
}

/// The pass: every round of every benchmark in the flavour that is shipped.
pub(crate) fn plan(exercise: &Exercise, budgets: &Budgets, seed: u64) -> PassPlan {
    let timed = budgets.each.iter().any(|b| b.time_thousandths.is_some());
    PassPlan {
        name: PassName::Bench,
        flavour: Flavour::Plain,
        lanes: vec![],
        repetitions: if timed { ROUNDS } else { ROUNDS_WITHOUT_TIME },
        schedule: None,
        may_skip: false,
        deal: SplitMix(seed ^ 0xb).next(),
        limits: plan::limits(exercise, Flavour::Plain),
    }
}

impl Stage<'_> {
    /// Measure the candidate's `program` against `budgets`.
    pub(crate) fn run(
        &self,
        budgets: &Budgets,
        program: &OnDisk,
        timings: &mut Timings,
    ) -> Result<Measured, Fault> {
        let begun = Instant::now();
        (self.emit)(Event::Step { step: Step::Bench });
        let Some((against, files)) = self.exercise.budget_reference() else {
            return Err(Fault::new("budgets without a reference"));
        };
        let reference = self.reference(against, files)?;
        timings.insert("bench_build_ms".into(), begun.elapsed().as_millis() as u64);
        let names = budgets.each.iter().map(|b| b.benchmark.clone()).collect();
        (self.emit)(Event::Plan { pass: PassName::Bench, tests: names });
        let begun = Instant::now();
        let plan = plan(self.exercise, budgets, self.seed);
        let mut rounds = Rounds {
            stage: self,
            budgets,
            plan: &plan,
            random: SplitMix(plan.deal),
            candidate: program,
            reference: &reference,
            against,
            outcomes: vec![],
        };
        let measured = rounds.run()?;
        timings.insert("bench_ms".into(), begun.elapsed().as_millis() as u64);
        for test in &measured.judged.report.tests {
            let TestResult { name, status, duration_ms, .. } = test.clone();
            (self.emit)(Event::Test { pass: PassName::Bench, name, status, duration_ms });
        }
        Ok(measured)
    }

    fn reference(&self, name: &str, files: &[SourceFile]) -> Result<OnDisk, Fault> {
        let (go, sandbox) = (self.grader.go.as_ref(), self.grader.sandbox.as_ref());
        let (exercise, scope) = (self.exercise, Scope::All);
        match (Builder { go, sandbox, exercise, files, outline: &[], scope, flavour: Flavour::Plain })
            .program(self.tests)?
        {
            Built::Done(program) => assemble::keep(&program),
            other => Err(self.unfit(name, &format!("it does not build: {other:?}"))),
        }
    }

    /// What submissions are measured against cannot be measured.
    fn unfit(&self, reference: &str, why: &str) -> Fault {
        let slug = &self.exercise.slug;
        Fault::new(format!("the benchmarks of {slug} cannot be measured on its `{reference}`: {why}")).advise(
            format!("mend the benchmark, or name another reference with `against`: `assay prove {slug}`"),
        )
    }
}

/// A process that was measured, or what ended it.
type Process = Result<Sampled, Finding>;

struct Sampled {
    /// By arm.
    samples: Vec<Vec<Sample>>,
    /// Processor time that the box saw and no answer told of.
    unaccounted: Duration,
}

struct Rounds<'a> {
    stage: &'a Stage<'a>,
    budgets: &'a Budgets,
    plan: &'a PassPlan,
    random: SplitMix,
    candidate: &'a OnDisk,
    reference: &'a OnDisk,
    against: &'a str,
    /// Of the candidate's processes.
    outcomes: Vec<Outcome>,
}

impl Rounds<'_> {
    fn run(&mut self) -> Result<Measured, Fault> {
        let benchmarks = self.budgets.each.len();
        let ask = Ask::Calibrate { most: vec![MOST; benchmarks], enough: ROUND };
        let usual = enough(&self.of_reference(&ask)?.samples);
        let mine = match self.of_candidate(&ask)? {
            Ok(sampled) => enough(&sampled.samples),
            Err(finding) => return Ok(self.ended(finding)),
        };
        let [usual, mine] = [usual, mine].map(|mut iterations| {
            iterations.push(OF_THE_HARNESS);
            Ask::Rounds(iterations)
        });
        let (mut candidate, mut reference) = (vec![], vec![]);
        for _ in 0..self.plan.repetitions {
            reference.push(self.of_reference(&usual)?);
            match self.of_candidate(&mine)? {
                Ok(sampled) => candidate.push(sampled),
                Err(finding) => return Ok(self.ended(finding)),
            }
        }
        self.compare(&candidate, &reference)
    }

    /// The figures of all rounds.
    fn compare(&self, candidate: &[Sampled], reference: &[Sampled]) -> Result<Measured, Fault> {
        let both = |arm: usize| {
            [candidate, reference]
                .map(|rounds| rounds.iter().map(|r| r.samples[arm].clone()).collect::<Vec<_>>())
        };
        let [mine, usual] = both(self.budgets.each.len());
        let [unaccounted, usually] =
            [candidate, reference].map(|rounds| rounds.iter().map(|r| r.unaccounted).collect::<Vec<_>>());
        let objection = figures::objection(&mine, &usual).map(str::to_owned);
        if let Some(why) = objection.or_else(|| figures::unaccounted(&unaccounted, &usually)) {
            return Ok(self.ended(ending::tampered(why)));
        }
        let (mut figures, mut longest) = (vec![], vec![]);
        for (arm, budget) in self.budgets.each.iter().enumerate() {
            let [mine, usual] = both(arm);
            longest.push(mine.iter().flatten().map(|s| s.wall).max().unwrap_or_default());
            let (Some(mine), Some(usual)) = (figures::costs(&mine), figures::costs(&usual)) else {
                return Err(Fault::new("a benchmark was sealed without its samples"));
            };
            figures.extend(figures::figures(budget, &mine, &usual, self.against));
        }
        Ok(self.measured(figures, &longest))
    }

    fn of_reference(&mut self, ask: &Ask) -> Result<Sampled, Fault> {
        let (process, _) = self.process(self.reference, ask)?;
        process.map_err(|(_, evidence)| self.stage.unfit(self.against, &evidence.headline()))
    }

    fn of_candidate(&mut self, ask: &Ask) -> Result<Process, Fault> {
        let (process, outcome) = self.process(self.candidate, ask)?;
        self.outcomes.push(outcome);
        Ok(process)
    }

    /// Run one process; every one has numbers of its own.
    fn process(&mut self, program: &OnDisk, ask: &Ask) -> Result<(Process, Outcome), Fault> {
        let benchmarks = self.budgets.each.len();
        let mut order: Vec<usize> = (0..=benchmarks).collect();
        self.random.shuffle(&mut order);
        // To calibrate, the harness's own is left out.
        let mut arms: Vec<usize> = (0..=benchmarks).collect();
        arms.truncate(if matches!(ask, Ask::Rounds(_)) { benchmarks + 1 } else { benchmarks });
        self.random.shuffle(&mut arms);
        let ready = self.stage.tests.len() + Control::ALL.len();
        let begun = Instant::now();
        let mut meter = Meter::new(ready, order, arms, ask.clone(), pass::token, move || begun.elapsed());
        let (go, sandbox) = (self.stage.grader.go.as_ref(), self.stage.grader.sandbox.as_ref());
        let outcome = sandbox.run(&pass::job(go, program, self.plan)?, &mut meter)?;
        let Meter { state, cpu, samples, trouble, .. } = meter;
        let sampled = Sampled { samples, unaccounted: outcome.usage.cpu().saturating_sub(cpu) };
        let process = self.weigh(&state, sampled, trouble, &outcome)?;
        Ok((process, outcome))
    }

    /// What a process came to.
    fn weigh(
        &self,
        state: &State,
        sampled: Sampled,
        trouble: Option<(usize, Trouble)>,
        outcome: &Outcome,
    ) -> Result<Process, Fault> {
        let Stage { quotes, .. } = self.stage;
        let name = |arm: usize| self.budgets.each.get(arm).map_or("", |b| &b.benchmark);
        let weigh =
            |test| ending::weigh(outcome, &self.plan.limits, self.plan.flavour, test, quotes).map(Err);
        match state {
            State::Tampered(why) => Ok(Err(ending::tampered(why.clone()))),
            State::Running { arm, .. } => weigh(name(*arm)),
            State::Sealed if outcome.succeeded() => Ok(match trouble {
                None => Ok(sampled),
                Some((arm, Trouble::Leaked(dump))) => Err(judge::leak(name(arm), &dump, quotes)),
                Some((arm, Trouble::Failed(from, to))) => {
                    let said = judge::cut(&outcome.stdout.bytes, from.stdout, to.stdout);
                    let visible = self.budgets.each.get(arm).is_some_and(|b| b.visible);
                    let test = PlannedTest { name: name(arm).to_owned(), visible };
                    Err((Verdict::Failed, judge::failed_test(self.plan, &test, &said)))
                }
            }),
            State::Starting | State::Sealing { .. } | State::Sealed => weigh(""),
        }
    }

    /// The pass ended before anything could be compared.
    fn ended(&self, finding: Finding) -> Measured {
        let test = match &finding.1 {
            Evidence::FailedTest { test, .. }
            | Evidence::Leak { test, .. }
            | Evidence::Panic { test, .. }
            | Evidence::Deadlock { test, .. }
            | Evidence::Limit { test, .. } => test.clone(),
            _ => String::new(),
        };
        let results = self.budgets.each.iter().map(|b| TestResult {
            status: if b.benchmark == test { TestStatus::Failed } else { TestStatus::NotRun },
            runs: u32::from(b.benchmark == test),
            failures: u32::from(b.benchmark == test),
            ..result(&b.benchmark, b.visible)
        });
        Measured { judged: self.judged(results.collect(), vec![finding]), figures: vec![] }
    }

    fn measured(&self, figures: Vec<Figure>, wall: &[Duration]) -> Measured {
        let runs = self.plan.repetitions;
        let results = self.budgets.each.iter().zip(wall).map(|(b, wall)| {
            let holds = figures.iter().all(|f| f.benchmark != b.benchmark || f.holds());
            TestResult {
                status: if holds { TestStatus::Passed } else { TestStatus::Failed },
                duration_ms: wall.as_millis() as u64,
                runs,
                failures: if holds { 0 } else { runs },
                ..result(&b.benchmark, b.visible)
            }
        });
        let over = figures.iter().filter(|f| !f.holds());
        let findings = over.map(|f| (Verdict::Budget, Evidence::Budget(f.clone()))).collect();
        Measured { judged: self.judged(results.collect(), findings), figures }
    }

    fn judged(&self, tests: Vec<TestResult>, findings: Vec<Finding>) -> Judged {
        let report = PassReport {
            name: PassName::Bench,
            verdict: findings.iter().map(|(v, _)| *v).min().unwrap_or(Verdict::Accepted),
            repetitions: self.plan.repetitions,
            schedule: None,
            tests,
            usage: judge::usage(self.outcomes.iter()),
        };
        Judged { report, findings }
    }
}

fn result(benchmark: &str, visible: bool) -> TestResult {
    TestResult {
        name: benchmark.to_owned(),
        status: TestStatus::NotRun,
        duration_ms: 0,
        output: String::new(),
        visible,
        runs: 0,
        failures: 0,
    }
}

/// By arm, the iterations at which calibration ended.
fn enough(samples: &[Vec<Sample>]) -> Vec<u64> {
    let benchmarks = samples.split_last().map_or(samples, |(_, benchmarks)| benchmarks);
    benchmarks.iter().map(|s| s.last().map_or(FEWEST, |last| last.iterations.max(FEWEST))).collect()
}
