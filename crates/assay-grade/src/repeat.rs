//! What was measured once is measured again before it is a verdict.
//!
//! A race, a deadlock, a panic and a leak come with their proof, however rarely they show. A failed test and a passed limit are
//! measurements: what failed every time, more than once, stands; otherwise the same tests run again in the same way, and what then
//! mostly passes is `Flaky`, with its rate.

use std::time::{Duration, Instant};

use assay_core::{Evidence, Fault, Verdict};

use crate::Grader;
use crate::assemble::OnDisk;
use crate::judge::{self, Judged};
use crate::pass;
use crate::plan::{PassPlan, PlannedTest, SplitMix};
use crate::quote::Quotes;

/// A pass that was run and weighed, and what it takes to run it again.
pub(crate) struct Ran {
    pub(crate) plan: PassPlan,
    pub(crate) program: OnDisk,
    pub(crate) judged: Judged,
}

/// Repetitions of one process that repeats a failed test: what goes wrong only when a test comes a second time shows in it.
const A_PROCESS: u32 = 2;
/// Most such processes.
const MORE: u32 = 5;
/// The same where each may take as long as the exercise allows.
const MORE_OF_A_LIMIT: u32 = 2;
/// No new process after that, for one finding.
const LONGEST: Duration = Duration::from_secs(4);

/// Repeats what a grading found.
pub(crate) struct Repeat<'a> {
    pub(crate) grader: &'a Grader,
    pub(crate) tests: &'a [PlannedTest],
    pub(crate) quotes: &'a Quotes<'a>,
    pub(crate) seed: u64,
}

impl Repeat<'_> {
    /// Repeat until the worst of all findings stands.
    pub(crate) fn confirm(&self, ran: &mut [Ran]) -> Result<(), Fault> {
        while let Some((at, verdict, test)) = doubtful(ran) {
            self.again(&mut ran[at], verdict, &test)?;
            if mostly_failed(&ran[at].judged, &test) {
                return Ok(());
            }
            demote(&mut ran[at].judged, &test, self.seed);
        }
        Ok(())
    }

    /// Run the beginning of `ran` again and again until it is clear whether `test` mostly fails there.
    fn again(&self, ran: &mut Ran, verdict: Verdict, test: &str) -> Result<(), Fault> {
        let begun = Instant::now();
        let (go, sandbox) = (self.grader.go.as_ref(), self.grader.sandbox.as_ref());
        let mut random = SplitMix(self.seed ^ ran.plan.deal);
        let more = if verdict == Verdict::Failed { MORE } else { MORE_OF_A_LIMIT };
        for left in (1..=more).rev() {
            let plan = ran.plan.beginning(self.tests.len(), A_PROCESS, random.next());
            if settled(&ran.judged, test, left * plan.repetitions) || begun.elapsed() > LONGEST {
                return Ok(());
            }
            let runs = pass::run(go, sandbox, &plan, self.tests, &ran.program, &|_| {})?;
            let once = judge::pass(&plan, self.tests, &runs, self.quotes)?;
            tally(&mut ran.judged, once, test);
        }
        Ok(())
    }
}

/// Whether a single sight of it says little.
pub(crate) fn is_measured(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Failed | Verdict::TimeLimit | Verdict::MemoryLimit | Verdict::OutputLimit)
}

/// The test that a measured finding is about, if it is about one.
pub(crate) fn measured(evidence: &Evidence) -> Option<&str> {
    match evidence {
        Evidence::FailedTest { test, .. } | Evidence::Limit { test, .. } => {
            Some(test).filter(|t| !t.is_empty())
        }
        _ => None,
    }
    .map(String::as_str)
}

/// The pass, the verdict and the test of the worst finding, if what was seen of it does not yet stand.
fn doubtful(ran: &[Ran]) -> Option<(usize, Verdict, String)> {
    let worst = ran.iter().flat_map(|r| &r.judged.findings).map(|(v, _)| *v).min()?;
    if !is_measured(worst) {
        return None;
    }
    let mut first = None;
    for (at, one) in ran.iter().enumerate() {
        for (_, evidence) in one.judged.findings.iter().filter(|(v, _)| *v == worst) {
            let test = measured(evidence)?;
            let elsewhere = ran.iter().enumerate().any(|(n, r)| n != at && rate(&r.judged, test).1 > 0);
            let (runs, failures) = rate(&one.judged, test);
            if failures == runs && (runs > 1 || elsewhere) {
                return None;
            }
            first = first.or_else(|| Some((at, worst, test.to_owned())));
        }
    }
    first
}

/// Runs and failures of `test`.
fn rate(judged: &Judged, test: &str) -> (u32, u32) {
    judged.report.tests.iter().find(|t| t.name == test).map_or((0, 0), |t| (t.runs, t.failures))
}

/// At least every second time.
fn mostly_failed(judged: &Judged, test: &str) -> bool {
    let (runs, failures) = rate(judged, test);
    2 * failures >= runs
}

/// Whether `left` more runs cannot change the answer.
fn settled(judged: &Judged, test: &str, left: u32) -> bool {
    let (runs, failures) = rate(judged, test);
    runs > 1 && (2 * failures >= runs + left || 2 * (failures + left) < runs + left)
}

/// Add what one more process showed: the test's run, and whatever came with a proof.
fn tally(judged: &mut Judged, once: Judged, test: &str) {
    let (runs, failures) = rate(&once, test);
    if let Some(result) = judged.report.tests.iter_mut().find(|t| t.name == test) {
        result.runs += runs;
        result.failures += failures;
    }
    judged.findings.extend(once.findings.into_iter().filter(|(verdict, _)| !is_measured(*verdict)));
    weigh(judged);
}

/// What was measured of `test` is `Flaky`.
fn demote(judged: &mut Judged, test: &str, seed: u64) {
    let (runs, failures) = rate(judged, test);
    flaky(judged, Some(test), runs - failures, runs, seed);
}

/// Turn what was measured, of `test` or of any, into `Flaky` with that rate; the evidence stays behind it.
pub(crate) fn flaky(judged: &mut Judged, test: Option<&str>, passed: u32, runs: u32, seed: u64) {
    let pass = judged.report.name.to_string();
    let mut said = None;
    for (verdict, evidence) in judged.findings.iter_mut().filter(|(verdict, _)| is_measured(*verdict)) {
        if let Some(test) = measured(evidence).filter(|of| test.is_none_or(|test| test == *of)) {
            let other = std::mem::replace(verdict, Verdict::Flaky);
            said.get_or_insert(Evidence::Flaky {
                pass: pass.clone(),
                test: test.to_owned(),
                passed,
                runs,
                other,
                seed,
            });
        }
    }
    if let Some(said) = said {
        judged.findings.insert(0, (Verdict::Flaky, said));
    }
    weigh(judged);
}

fn weigh(judged: &mut Judged) {
    judged.report.verdict = judged.findings.iter().map(|(v, _)| *v).min().unwrap_or(Verdict::Accepted);
}

#[cfg(test)]
mod tests {
    use assay_core::{PassName, PassReport, TestResult, TestStatus, Usage};
    use proptest::prelude::*;

    use super::*;

    fn judged(verdict: Verdict, runs: u32, failures: u32) -> Judged {
        let test = TestResult {
            name: "TestA".into(),
            status: TestStatus::Failed,
            duration_ms: 1,
            output: String::new(),
            visible: true,
            runs,
            failures,
        };
        let report = PassReport {
            name: PassName::Plain,
            verdict,
            repetitions: runs,
            schedule: None,
            tests: vec![test],
            usage: Usage::default(),
        };
        let evidence = Evidence::FailedTest {
            pass: "plain".into(),
            test: "TestA".into(),
            message: "got 1, want 2".into(),
            position: None,
            got: None,
            want: None,
        };
        Judged { report, findings: vec![(verdict, evidence)] }
    }

    #[test]
    fn what_is_demoted_keeps_its_evidence_behind_the_rate() {
        let mut one = judged(Verdict::Failed, 9, 2);
        demote(&mut one, "TestA", 7);
        assert_eq!(one.report.verdict, Verdict::Flaky);
        let (verdicts, evidence): (Vec<_>, Vec<_>) = one.findings.iter().cloned().unzip();
        assert_eq!(verdicts, [Verdict::Flaky, Verdict::Flaky]);
        assert_eq!(evidence[0].headline(), "TestA passed 7 of 9 runs (plain), else Failed");
        assert!(matches!(evidence[1], Evidence::FailedTest { .. }));
    }

    #[test]
    fn a_proof_is_never_demoted_and_worsens_what_was_measured() {
        let mut one = judged(Verdict::Failed, 2, 1);
        let mut proof = judged(Verdict::DataRace, 1, 1);
        proof.findings.push((Verdict::TimeLimit, proof.findings[0].1.clone()));
        tally(&mut one, proof, "TestA");
        assert_eq!((rate(&one, "TestA"), one.report.verdict), ((3, 2), Verdict::DataRace));
        demote(&mut one, "TestA", 7);
        assert_eq!(one.report.verdict, Verdict::DataRace);
    }

    proptest! {
        /// Stopping early never changes what all runs together would have said.
        #[test]
        fn it_is_settled_only_when_it_is(runs in 1_u32..20, failed in 0_u32..20, left in 1_u32..9, more in 0_u32..9) {
            let (failures, more) = (failed.min(runs), more.min(left));
            let now = judged(Verdict::Failed, runs, failures);
            let then = judged(Verdict::Failed, runs + left, failures + more);
            if settled(&now, "TestA", left) {
                prop_assert_eq!(mostly_failed(&now, "TestA"), mostly_failed(&then, "TestA"));
            }
        }
    }
}
