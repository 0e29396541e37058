//! From what the processes said and how they ended to a verdict with its proof. Pure.

use assay_core::{Evidence, Fault, PassReport, Position, TestResult, TestStatus, Usage, Verdict};

use crate::controls::Arm;
use crate::ending::{self, Finding, bounded};
use crate::pass::ProcessRun;
use crate::plan::{PassPlan, PlannedTest};
use crate::quote::Quotes;
use crate::session::{Record, State, status};
use crate::{trace, words};

/// Most output kept of one test, bytes.
const MOST_OUTPUT: usize = 16 << 10;

/// A pass, weighed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Judged {
    pub(crate) report: PassReport,
    pub(crate) findings: Vec<Finding>,
}

/// Weigh one pass.
pub(crate) fn pass(
    plan: &PassPlan,
    tests: &[PlannedTest],
    runs: &[ProcessRun],
    quotes: &Quotes<'_>,
) -> Result<Judged, Fault> {
    let mut log = Log::new(plan, tests);
    for run in runs {
        log.process(run, quotes)?;
    }
    log.close(runs)
}

/// The worst that one process shows, if anything, before its pass is weighed as a whole.
pub(crate) fn worst(
    plan: &PassPlan,
    tests: &[PlannedTest],
    run: &ProcessRun,
    quotes: &Quotes<'_>,
) -> Option<Evidence> {
    let mut log = Log::new(plan, tests);
    log.process(run, quotes).ok()?;
    log.findings.into_iter().min_by_key(|(verdict, _)| *verdict).map(|(_, evidence)| evidence)
}

struct Log<'a> {
    plan: &'a PassPlan,
    tests: &'a [PlannedTest],
    results: Vec<TestResult>,
    findings: Vec<Finding>,
}

impl<'a> Log<'a> {
    fn new(plan: &'a PassPlan, tests: &'a [PlannedTest]) -> Log<'a> {
        let result = |t: &PlannedTest| TestResult {
            name: t.name.clone(),
            status: TestStatus::NotRun,
            duration_ms: 0,
            output: String::new(),
            visible: t.visible,
            runs: 0,
            failures: 0,
        };
        Log { plan, tests, results: tests.iter().map(result).collect(), findings: vec![] }
    }

    fn process(&mut self, run: &ProcessRun, quotes: &Quotes<'_>) -> Result<(), Fault> {
        if let Some(name) = run.records.iter().find_map(|r| self.skipped(r)) {
            return Err(Fault::new(format!(
                "{name} skipped itself: a test that shows nothing proves nothing"
            ))
            .advise("mend the exercise"));
        }
        let mut last = "";
        for record in &run.records {
            match record.arm {
                Arm::Test(test) => {
                    self.record(test, record, run, quotes);
                    last = &self.tests[test].name;
                }
                // What a test left behind can come to light a little later.
                Arm::Control(_) if record.leaked > 0 => self.findings.push(leak(last, &record.dump, quotes)),
                Arm::Control(_) => {}
            }
        }
        self.end(run, quotes)
    }

    /// The name of a test that skipped itself.
    fn skipped(&self, record: &Record) -> Option<&'a str> {
        match record.arm {
            Arm::Test(test) if record.skipped && !self.plan.may_skip => Some(self.tests[test].name.as_str()),
            _ => None,
        }
    }

    fn record(&mut self, test: usize, record: &Record, run: &ProcessRun, quotes: &Quotes<'_>) {
        let (from, to) = record.output;
        let said = cut(&run.outcome.stdout.bytes, from.stdout, to.stdout);
        let printed = cut(&run.outcome.stderr.bytes, from.stderr, to.stderr);
        let result = &mut self.results[test];
        result.runs += 1;
        result.failures += u32::from(status(record) == TestStatus::Failed);
        result.duration_ms = result.duration_ms.max(record.micros / 1000);
        if record.skipped {
            result.output = shown(&said, &printed);
            return;
        }
        let first_failure = result.status != TestStatus::Failed && status(record) == TestStatus::Failed;
        if first_failure || result.status == TestStatus::NotRun {
            result.status = status(record);
            result.output = shown(&said, &printed);
        }
        if !first_failure {
            return;
        }
        let test = &self.tests[test];
        if record.passed {
            self.findings.push(leak(&test.name, &record.dump, quotes));
        } else {
            self.findings.push((Verdict::Failed, failed_test(self.plan, test, &said)));
        }
    }

    fn end(&mut self, run: &ProcessRun, quotes: &Quotes<'_>) -> Result<(), Fault> {
        let outcome = &run.outcome;
        let finding = match &run.state {
            State::Sealed if outcome.succeeded() => return Ok(()),
            State::Tampered(why) => ending::tampered(why.clone()),
            State::Sealed => ending::weigh(outcome, &self.plan.limits, self.plan.flavour, "", quotes)?,
            State::Running { arm: Arm::Test(test), since, .. } => {
                let name = &self.tests[*test].name;
                let finding = ending::weigh(outcome, &self.plan.limits, self.plan.flavour, name, quotes)?;
                let said = cut(&outcome.stdout.bytes, since.stdout, usize::MAX);
                let printed = cut(&outcome.stderr.bytes, since.stderr, usize::MAX);
                let result = &mut self.results[*test];
                result.status = TestStatus::Failed;
                result.output = shown(&said, &printed);
                result.runs += 1;
                result.failures += 1;
                finding
            }
            State::Starting | State::Running { .. } | State::Sealing { .. } => {
                ending::weigh(outcome, &self.plan.limits, self.plan.flavour, "", quotes)?
            }
        };
        self.findings.push(finding);
        Ok(())
    }

    fn close(self, runs: &[ProcessRun]) -> Result<Judged, Fault> {
        let verdict = self.findings.iter().map(|(v, _)| *v).min().unwrap_or(Verdict::Accepted);
        let short = self.results.iter().any(|r| r.runs < self.plan.repetitions);
        let idle = self.results.iter().all(|r| r.status == TestStatus::NotRun);
        if verdict == Verdict::Accepted && (short || idle) {
            return Err(Fault::new(format!(
                "the {} pass ended well without an answer for every test: {:?}",
                self.plan.name,
                self.results.iter().map(|r| r.runs).collect::<Vec<_>>()
            )));
        }
        let report = PassReport {
            name: self.plan.name,
            verdict,
            repetitions: self.plan.repetitions,
            schedule: self.plan.schedule.clone(),
            tests: self.results,
            usage: usage(runs.iter().map(|r| &r.outcome)),
        };
        Ok(Judged { report, findings: self.findings })
    }
}

/// Wall and cpu summed, the largest memory.
pub(crate) fn usage<'a>(outcomes: impl Iterator<Item = &'a assay_sandbox::Outcome>) -> Usage {
    outcomes.fold(Usage::default(), |sum, o| Usage {
        wall_ms: sum.wall_ms + o.usage.wall.as_millis() as u64,
        cpu_ms: sum.cpu_ms + o.usage.cpu().as_millis() as u64,
        memory_bytes: sum.memory_bytes.max(o.usage.memory),
    })
}

pub(crate) fn leak(test: &str, dump: &str, quotes: &Quotes<'_>) -> Finding {
    let raw = String::from_utf8_lossy(&hex::decode(dump).unwrap_or_default()).into_owned();
    let mut goroutines = trace::goroutines(&raw);
    quotes.explain(&mut goroutines);
    let after = if test.is_empty() { "the program's start" } else { test };
    let sentence = words::leak(&goroutines, after, quotes);
    (Verdict::Leak, Evidence::Leak { test: test.to_owned(), sentence, goroutines, raw: bounded(&raw) })
}

/// What a test said, read from the lines that the testing package prints for a failure.
pub(crate) fn failed_test(plan: &PassPlan, test: &PlannedTest, said: &str) -> Evidence {
    let mut position = None;
    let mut lines = Vec::new();
    let after = said.rfind("--- FAIL: ").map_or(said, |at| &said[at..]);
    for line in after.lines().filter(|l| !l.starts_with("--- FAIL: ") && *l != "FAIL") {
        let line = line.trim_start();
        match located(line) {
            Some((place, rest)) => {
                position = position.or(Some(place));
                lines.push(rest.to_owned());
            }
            None => lines.push(line.to_owned()),
        }
    }
    let message = bounded(lines.join("\n").trim());
    let message = if message.is_empty() { "it failed without a message".to_owned() } else { message };
    let (got, want) = got_and_want(&message).unzip();
    Evidence::FailedTest {
        pass: plan.name.to_string(),
        test: test.name.clone(),
        message,
        position: position.filter(|_| test.visible),
        got,
        want,
    }
}

/// `pool_test.go:33: message`.
fn located(line: &str) -> Option<(Position, &str)> {
    let (place, rest) = line.split_once(": ")?;
    let (file, number) = place.split_once(".go:")?;
    let number = number.parse().ok()?;
    let plain = file.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    plain.then(|| (Position { file: format!("{file}.go"), line: number, column: 0 }, rest))
}

/// `… got X, want Y`, the form in which our tests speak.
fn got_and_want(message: &str) -> Option<(String, String)> {
    let first = message.lines().next()?;
    let (_, rest) = first.split_once("got ")?;
    let (got, want) = rest.rsplit_once(", want ")?;
    Some((got.to_owned(), want.to_owned()))
}

/// The part of a stream between two marks, as text.
pub(crate) fn cut(bytes: &[u8], from: usize, to: usize) -> String {
    let to = to.min(bytes.len());
    String::from_utf8_lossy(bytes.get(from.min(to)..to).unwrap_or_default()).into_owned()
}

/// What a test and the code under it printed, without the testing package's own last word.
fn shown(said: &str, printed: &str) -> String {
    let mut text = format!("{}{printed}", said.trim_end_matches("PASS\n").trim_end_matches("FAIL\n"));
    if text.len() > MOST_OUTPUT {
        let end = (0..=MOST_OUTPUT).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
        text.truncate(end);
        text.push_str("\n… cut");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_read_as_the_testing_package_prints_it() {
        let plan_test = PlannedTest { name: "TestA".into(), visible: true };
        let said = "noise\n--- FAIL: TestA (0.00s)\n    pool_test.go:33: Submit: got <nil>, want pool: closed\n    pool_test.go:34: more\nFAIL\n";
        let plan = PassPlan {
            name: assay_core::PassName::Plain,
            flavour: assay_go::Flavour::Plain,
            lanes: vec![],
            repetitions: 1,
            schedule: None,
            may_skip: false,
            deal: 0,
            limits: assay_sandbox::Limits::default(),
        };
        let Evidence::FailedTest { message, position, got, want, .. } = failed_test(&plan, &plan_test, said)
        else {
            panic!()
        };
        assert_eq!(message, "Submit: got <nil>, want pool: closed\nmore");
        assert_eq!(position.unwrap().line, 33);
        assert_eq!((got.as_deref(), want.as_deref()), (Some("<nil>"), Some("pool: closed")));
    }
}
