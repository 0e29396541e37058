//! An exercise proves itself: every folder of code in it is graded, and each must come to what it declares.
//!
//! The rules are pure functions over [`Expect`]s and [`Report`]s; [`prove`] only grades and applies them.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use assay_content::{Exercise, Expect, Kind, Repetitions};
use assay_core::{
    Evidence, ExerciseRef, Fault, Measure, PassName, Report, SourceFile, Submission, TestStatus, Verdict,
};
use serde::Serialize;

use crate::spread::spread;
use crate::vet::Cue;
use crate::{Grader, Options};

/// What a folder of code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// What the candidate begins with.
    Start,
    /// A right solution.
    Solution,
    /// A wrong solution.
    Wrong,
}

/// One graded folder of code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Graded {
    /// What it is for.
    pub role: Role,
    /// Its folder, e.g. `wrong/send-on-closed` or `start`.
    pub folder: String,
    /// What it declares.
    pub expected: Verdict,
    /// What grading said.
    pub report: Report,
}

/// Something that is not as declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The folder, or empty when it is about the exercise as a whole.
    pub folder: String,
    /// What was declared and what came.
    pub what: String,
}

/// What proving one exercise came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// Its name.
    pub slug: String,
    /// Its content key.
    pub version: String,
    /// Every folder, in the order start, solutions, wrong.
    pub graded: Vec<Graded>,
    /// What does not hold; none when the exercise is proven.
    pub findings: Vec<Finding>,
    /// Wrong code that once came to something else, and twice to what it declares when it was graded again, or that shows what it declares so
    /// rarely that it is `Flaky`. An exercise holds with it, but its author should make it fail more surely.
    pub wobbles: Vec<Finding>,
}

impl Proof {
    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.findings.is_empty()
    }
}

/// How a proof is made.
#[derive(Clone, Copy)]
pub struct Proving<'a> {
    /// Folders graded at a time.
    pub at_once: usize,
    /// The exercise as it was proven before, and that proof: a folder of which nothing changed since is not graded again.
    pub before: Option<(&'a Exercise, &'a Proof)>,
    /// Whether the race pass runs every test once where plain runs alone show what wrong code declares: all that it could add is something worse.
    pub brief: bool,
    /// Once set, no other grading begins, and the proof ends with a fault.
    pub stop: &'a AtomicBool,
    /// Told after each folder: folders done, folders in all, and the folder.
    pub done: &'a (dyn Fn(usize, usize, &str) + Sync),
}

/// Grade every folder of `exercise` and compare.
pub fn prove(grader: &Grader, exercise: &Exercise, how: &Proving<'_>) -> Result<Proof, Fault> {
    let subjects = subjects(exercise);
    let finished = AtomicUsize::new(0);
    let reports = spread(how.at_once, &subjects, how.stop, |subject| {
        let report = match known(how.before, exercise, subject) {
            Some(report) => Ok((report, None)),
            None => grade_surely(grader, exercise, subject, how.brief),
        };
        (how.done)(finished.fetch_add(1, Ordering::Relaxed) + 1, subjects.len(), &subject.folder);
        report
    });
    let (mut graded, mut wobbles) = (Vec::with_capacity(subjects.len()), vec![]);
    for (subject, report) in subjects.iter().zip(reports) {
        let (report, wobble) =
            report.unwrap_or_else(|| Err(Fault::new(format!("{} was not graded", subject.folder))))?;
        wobbles.extend(wobble);
        let Subject { role, folder, expect, .. } = subject;
        graded.push(Graded { role: *role, folder: folder.clone(), expected: expect.verdict, report });
    }
    let mut findings: Vec<Finding> =
        subjects.iter().zip(&graded).flat_map(|(s, g)| folder_findings(exercise, s, &g.report)).collect();
    findings.extend(exercise_findings(exercise, &graded));
    Ok(Proof {
        slug: exercise.slug.to_string(),
        version: exercise.version.clone(),
        graded,
        findings,
        wobbles,
    })
}

/// One folder of code to grade.
struct Subject<'a> {
    role: Role,
    folder: String,
    files: &'a [SourceFile],
    expect: &'a Expect,
}

fn subjects(exercise: &Exercise) -> Vec<Subject<'_>> {
    let start = (Role::Start, "start".to_owned(), &exercise.start[..], &exercise.start_expect);
    let solutions = exercise
        .solutions
        .iter()
        .map(|v| (Role::Solution, format!("solutions/{}", v.name), &v.files[..], &v.expect));
    let wrong =
        exercise.wrong.iter().map(|v| (Role::Wrong, format!("wrong/{}", v.name), &v.files[..], &v.expect));
    std::iter::once(start)
        .chain(solutions)
        .chain(wrong)
        .map(|(role, folder, files, expect)| Subject { role, folder, files, expect })
        .collect()
}

/// Grade, and where wrong code did not come to what it declares, twice more: which of its goroutines is faster is chance. Right code gets
/// no second chance.
fn grade_surely(
    grader: &Grader,
    exercise: &Exercise,
    subject: &Subject<'_>,
    brief: bool,
) -> Result<(Report, Option<Finding>), Fault> {
    if let Some(exercise) = short(exercise, subject).filter(|_| brief) {
        let report = grade(grader, &exercise, subject)?;
        if is_settled(&exercise, subject, &report) {
            return Ok((report, None));
        }
    }
    let first = grade(grader, exercise, subject)?;
    let found = folder_findings(exercise, subject, &first);
    let Some(other) = found.into_iter().next().filter(|_| subject.role != Role::Solution) else {
        let wobble = mostly_passes(subject.expect, &first).then(|| Finding {
            folder: subject.folder.clone(),
            what: format!("declares {}, which it does too rarely: {}", subject.expect.verdict, first.summary),
        });
        return Ok((first, wobble));
    };
    let holds = |report: &Report| folder_findings(exercise, subject, report).is_empty();
    let second = grade(grader, exercise, subject)?;
    if !holds(&second) {
        return Ok((first, None));
    }
    let third = grade(grader, exercise, subject)?;
    let what = format!("2 of 3 gradings were as declared: {}", other.what);
    Ok(if holds(&third) { (third, Some(Finding { what, ..other })) } else { (first, None) })
}

/// The exercise with one repetition of the race pass, where that may do: right code goes through all of them, and so does wrong code of which
/// plain runs cannot show what it declares.
fn short(exercise: &Exercise, subject: &Subject<'_>) -> Option<Exercise> {
    let Expect { verdict, passes, .. } = subject.expect;
    let all = subject.role == Role::Solution
        || matches!(verdict, Verdict::DataRace | Verdict::Budget)
        || passes.iter().any(|(name, _)| *name != PassName::Plain)
        || exercise.kind == Kind::Exhibit;
    let repetitions = Repetitions { race: 1, ..exercise.repetitions };
    (!all && exercise.repetitions.race > 1).then(|| Exercise { repetitions, ..exercise.clone() })
}

/// Whether a grading with one repetition of the race pass will do: everything is as declared, and plain runs alone come to it. What is seen once
/// in the race pass, and only there, may be rare.
fn is_settled(exercise: &Exercise, subject: &Subject<'_>, report: &Report) -> bool {
    let plain = report.passes.iter().find(|p| p.name == PassName::Plain);
    plain.is_none_or(|p| p.verdict == subject.expect.verdict)
        && folder_findings(exercise, subject, report).is_empty()
}

/// The report on the same code from before, if it was graded against the same, and came to what is declared, every time.
fn known(before: Option<(&Exercise, &Proof)>, exercise: &Exercise, subject: &Subject<'_>) -> Option<Report> {
    let (old, proof) = before.filter(|(old, _)| grades_alike(old, exercise))?;
    let olds = subjects(old);
    let (_, graded) = olds.iter().zip(&proof.graded).find(|(s, _)| s.files == subject.files)?;
    let reference = ExerciseRef { slug: exercise.slug.clone(), version: exercise.version.clone() };
    let report = Report { exercise: reference, ..graded.report.clone() };
    let wobbled = proof.wobbles.iter().any(|wobble| wobble.folder == graded.folder);
    (!wobbled && folder_findings(exercise, subject, &report).is_empty()).then_some(report)
}

/// Whether nothing that a grading looks at differs but the code that is graded.
fn grades_alike(a: &Exercise, b: &Exercise) -> bool {
    let by = |e: &Exercise| (e.kind, e.limits.clone(), e.repetitions, e.phenomenon.clone());
    let compiled = |e: &Exercise| (e.package.clone(), e.language.clone(), e.imports.clone());
    let tests = |e: &Exercise| (e.tests_in.clone(), e.visible.clone(), e.hidden.clone());
    let measured = |e: &Exercise| (e.budgets.clone(), e.budget_reference().map(|(_, files)| files.to_vec()));
    by(a) == by(b) && compiled(a) == compiled(b) && tests(a) == tests(b) && measured(a) == measured(b)
}

fn grade(grader: &Grader, exercise: &Exercise, subject: &Subject<'_>) -> Result<Report, Fault> {
    let at = |what: String| format!("{}/{}: {what}", exercise.slug, subject.folder);
    let submission = Submission::new(exercise.slug.clone(), subject.files.to_vec())
        .map_err(|e| Fault::new(at(e.to_string())).advise("mend the files of that folder"))?;
    grader
        .grade_alone(exercise, &submission, Options::default(), &|_| {}, &Cue::default())
        .map_err(|fault| Fault { what: at(fault.what), advice: fault.advice })
}

/// What one folder's report says other than it should.
fn folder_findings(exercise: &Exercise, subject: &Subject<'_>, report: &Report) -> Vec<Finding> {
    let said = compare(subject.expect, report).into_iter().chain(completeness(exercise, report));
    said.map(|what| Finding { folder: subject.folder.clone(), what }).collect()
}

/// Whether what is declared was seen, and too rarely to be the verdict: the code is refused all the same.
fn mostly_passes(expect: &Expect, report: &Report) -> bool {
    let behind = |e: &Evidence| matches!(e, Evidence::Flaky { other, .. } if *other == expect.verdict);
    report.verdict == Verdict::Flaky && report.evidence.iter().any(behind)
}

/// The declared verdict, tests, phrase and passes against the report's.
pub fn compare(expect: &Expect, report: &Report) -> Vec<String> {
    let mut said = Vec::new();
    if report.verdict != expect.verdict && !mostly_passes(expect, report) {
        let why = report.evidence.first().map_or_else(|| report.summary.clone(), Evidence::headline);
        said.push(format!(
            "expected {}, got {}: {why} (seed {})",
            expect.verdict, report.verdict, report.seed
        ));
    }
    let failed = failed_tests(report);
    let declared: BTreeSet<&str> = expect.tests.iter().map(String::as_str).collect();
    if !declared.is_empty() && declared != failed {
        let list = |tests: Vec<&str>| tests.join(", ");
        let missing = list(declared.difference(&failed).copied().collect());
        let extra = list(failed.difference(&declared).copied().collect());
        if !missing.is_empty() {
            said.push(format!("should fail, but passed: {missing}"));
        }
        if !extra.is_empty() {
            said.push(format!("fails without being declared: {extra}"));
        }
    }
    if let Some(phrase) = &expect.phrase
        && !says(report, phrase)
    {
        said.push(format!("nowhere says {phrase:?}; the summary is {:?}", report.summary));
    }
    for (name, verdict) in &expect.passes {
        match report.passes.iter().find(|p| p.name == *name) {
            None => said.push(format!("expected {verdict} in the {name} pass, which did not run")),
            Some(pass) if pass.verdict != *verdict => {
                said.push(format!("expected {verdict} in the {name} pass, got {}", pass.verdict));
            }
            Some(_) => {}
        }
    }
    said
}

/// Whether the passes ran what they should: no pass without tests, none missing, none unknown, and in an accepted report
/// every one passed in each pass. An exhibit has no tests.
fn completeness(exercise: &Exercise, report: &Report) -> Vec<String> {
    if exercise.kind == Kind::Exhibit {
        return vec![];
    }
    let expected: BTreeSet<&str> =
        exercise.visible.iter().chain(&exercise.hidden).flat_map(|f| &f.tests).map(String::as_str).collect();
    let mut said = Vec::new();
    let accepted = report.verdict == Verdict::Accepted;
    let benchmarks: BTreeSet<&str> =
        exercise.budgets.iter().flat_map(|b| &b.each).map(|b| b.benchmark.as_str()).collect();
    let measured = (!benchmarks.is_empty()).then_some(PassName::Bench);
    for name in [PassName::Plain, PassName::Race].into_iter().chain(measured) {
        if accepted && report.passes.iter().all(|p| p.name != name) {
            said.push(format!("accepted without a {name} pass"));
        }
    }
    for pass in &report.passes {
        let name = pass.name;
        let expected = if name == PassName::Bench { &benchmarks } else { &expected };
        let ran: BTreeSet<&str> = pass.tests.iter().map(|t| t.name.as_str()).collect();
        if ran.is_empty() {
            said.push(format!("the {name} pass has no tests"));
        } else if ran != *expected || pass.tests.len() != expected.len() {
            let differ: Vec<&str> = ran.symmetric_difference(expected).copied().collect();
            said.push(format!("the {name} pass has other tests than the exercise: {}", differ.join(", ")));
        }
        for test in pass.tests.iter().filter(|t| accepted && t.status != TestStatus::Passed) {
            said.push(format!("accepted, but {} did not pass in the {name} pass", test.name));
        }
    }
    said
}

/// What the wrong solutions together must show.
fn exercise_findings(exercise: &Exercise, graded: &[Graded]) -> Vec<Finding> {
    if exercise.kind == Kind::Exhibit {
        return vec![];
    }
    let wrong = || graded.iter().filter(|g| g.role == Role::Wrong);
    let caught: BTreeSet<&str> = wrong().flat_map(|g| failed_tests(&g.report)).collect();
    let idle = exercise.hidden.iter().flat_map(|f| &f.tests).filter(|t| !caught.contains(t.as_str()));
    let mut said: Vec<String> = idle
        .map(|test| format!("{test} is failed by no wrong solution: nothing shows that it can fail"))
        .collect();
    said.extend(idle_budgets(exercise, wrong()));
    let pass = |r: &Report, name| r.passes.iter().find(|p| p.name == name).map(|p| p.verdict);
    let only_detector = |g: &Graded| {
        pass(&g.report, PassName::Plain) == Some(Verdict::Accepted)
            && pass(&g.report, PassName::Race) == Some(Verdict::DataRace)
    };
    if wrong().any(|g| g.expected == Verdict::DataRace) && !wrong().any(only_detector) {
        said.push(
            "no wrong solution passes plain runs and races: nothing shows what the race pass adds".to_owned(),
        );
    }
    said.into_iter().map(|what| Finding { folder: String::new(), what }).collect()
}

/// Budgets over which no wrong solution is.
fn idle_budgets<'a>(exercise: &Exercise, wrong: impl Iterator<Item = &'a Graded>) -> Vec<String> {
    let figures = wrong.flat_map(|g| &g.report.figures).filter(|f| !f.holds());
    let over: BTreeSet<(&str, Measure)> = figures.map(|f| (f.benchmark.as_str(), f.what)).collect();
    let mut said = Vec::new();
    for budget in exercise.budgets.iter().flat_map(|b| &b.each) {
        let limited = [
            (Measure::Allocs, budget.allocs.is_some()),
            (Measure::Bytes, budget.bytes.is_some()),
            (Measure::Time, budget.time_thousandths.is_some()),
        ];
        let idle = limited
            .into_iter()
            .filter(|(what, limited)| *limited && !over.contains(&(budget.benchmark.as_str(), *what)));
        said.extend(idle.map(|(what, _)| {
            let name = &budget.benchmark;
            format!(
                "the budget of {name} ({what}) is exceeded by no wrong solution: nothing shows that it can be"
            )
        }));
    }
    said
}

/// Tests that failed in some pass, in which the process ended, or that left something behind.
pub fn failed_tests(report: &Report) -> BTreeSet<&str> {
    let failed = report.passes.iter().flat_map(|p| &p.tests).filter(|t| t.status == TestStatus::Failed);
    let named = report.evidence.iter().filter_map(|e| match e {
        Evidence::FailedTest { test, .. }
        | Evidence::Race { test, .. }
        | Evidence::Deadlock { test, .. }
        | Evidence::Panic { test, .. }
        | Evidence::Leak { test, .. }
        | Evidence::Limit { test, .. } => Some(test.as_str()),
        Evidence::Rejection { .. }
        | Evidence::CompileError { .. }
        | Evidence::Tamper { .. }
        | Evidence::Exhibit { .. }
        | Evidence::Budget(_)
        | Evidence::Flaky { .. } => None,
    });
    failed.map(|t| t.name.as_str()).chain(named).filter(|t| !t.is_empty()).collect()
}

/// Whether the summary or some text of the evidence holds `phrase`.
fn says(report: &Report, phrase: &str) -> bool {
    fn any(value: &serde_json::Value, phrase: &str) -> bool {
        match value {
            serde_json::Value::String(s) => s.contains(phrase),
            serde_json::Value::Array(items) => items.iter().any(|v| any(v, phrase)),
            serde_json::Value::Object(fields) => fields.values().any(|v| any(v, phrase)),
            _ => false,
        }
    }
    report.summary.contains(phrase) || serde_json::to_value(&report.evidence).is_ok_and(|v| any(&v, phrase))
}

#[cfg(test)]
#[path = "prove_tests.rs"]
mod tests;
