//! Two reports of one exercise beside each other: what is better, what is worse, what is as it was. In words first.

use std::collections::HashMap;

use assay_core::{Evidence, Figure, Frame, PassName, Report, TestResult, TestStatus, Usage, VetFinding};

use super::sentence::Sentence;
use super::shown::Shown;
use super::source::telling;
use super::units;
use super::verdict::Sign;
use crate::language::{Message, say};

/// Less than this many percent is what two runs of one program differ by anyway.
const NOISE: i64 = 5;

/// All that differs.
pub(crate) struct Compared {
    /// One after another, the most important first.
    pub(crate) says: Vec<Sentence>,
    /// Tests that did not end in the same way, by pass.
    pub(crate) tests: Vec<TestChange>,
    /// How many did, counted once for each pass.
    pub(crate) same_tests: usize,
    pub(crate) gone: Vec<Found>,
    pub(crate) new: Vec<Found>,
    /// What both have; the two headlines where they differ.
    pub(crate) still: Vec<(Found, Option<Found>)>,
    pub(crate) costs: Vec<Cost>,
}

/// A test in a pass.
pub(crate) struct TestChange {
    pub(crate) pass: &'static str,
    pub(crate) name: Shown,
    pub(crate) visible: bool,
    /// First and second; none where it was not to be run.
    pub(crate) cells: [Option<Cell>; 2],
}

/// How it ended.
pub(crate) struct Cell {
    pub(crate) sign: Sign,
    /// `2 of 5 runs failed`; empty when all ended alike.
    pub(crate) note: String,
}

/// A piece of evidence.
pub(crate) struct Found {
    pub(crate) sign: Sign,
    pub(crate) headline: Sentence,
    /// Number of its section on its run's page; none for advice, which has no section of its own.
    pub(crate) section: Option<usize>,
}

/// A figure of both.
pub(crate) struct Cost {
    pub(crate) what: String,
    pub(crate) before: String,
    pub(crate) after: String,
    /// `12 % less`; empty where one of them has none.
    pub(crate) change: String,
}

/// What there is to say of `after` beside `before`.
pub(crate) fn compare(before: &Report, after: &Report) -> Compared {
    let (tests, same_tests) = tests(before, after);
    let (mut gone, mut new, still) = evidence(&before.evidence, &after.evidence);
    let advice = |v: &VetFinding| format!("{} {}", v.analyzer, v.message);
    gone.extend(before.vet.iter().filter(|v| !after.vet.iter().any(|w| advice(w) == advice(v))).map(vet));
    new.extend(after.vet.iter().filter(|v| !before.vet.iter().any(|w| advice(w) == advice(v))).map(vet));
    let mut says = vec![verdicts(before, after)];
    says.extend(tests_in_words(before, after));
    says.extend(evidence_in_words(&gone, &new, &still));
    if before.exercise.version != after.exercise.version {
        says.push(say("compare-exercise-changed").to_string());
    }
    let says = says.iter().map(|s| s.as_str().into()).collect();
    Compared { says, tests, same_tests, gone, new, still, costs: costs(before, after) }
}

fn verdicts(before: &Report, after: &Report) -> String {
    let [before, after] = [before, after].map(|r| r.verdict.to_string());
    if before == after {
        say("compare-both-are").with("verdict", after).to_string()
    } else {
        say("compare-from-to").with("before", before).with("after", after).to_string()
    }
}

/// The worst of a test over all passes.
fn worst(report: &Report) -> HashMap<&str, TestStatus> {
    let rank = |s: TestStatus| match s {
        TestStatus::Failed => 0,
        TestStatus::NotRun => 1,
        TestStatus::Passed => 2,
    };
    let mut worst = HashMap::new();
    for t in report.passes.iter().flat_map(|p| &p.tests) {
        let there = worst.entry(t.name.as_str()).or_insert(t.status);
        if rank(t.status) < rank(*there) {
            *there = t.status;
        }
    }
    worst
}

fn tests_in_words(before: &Report, after: &Report) -> Option<String> {
    let (old, new) = (worst(before), worst(after));
    match (old.is_empty(), new.is_empty()) {
        (true, true) => return None,
        (true, false) => return Some(say("compare-first-no-test").to_string()),
        (false, true) => return Some(say("compare-second-no-test").to_string()),
        (false, false) => {}
    }
    let both = new.iter().filter_map(|(name, after)| Some((*old.get(name)?, *after)));
    let passed = TestStatus::Passed;
    let (mut better, mut worse) = (0, 0);
    for (before, after) in both {
        better += usize::from(before != passed && after == passed);
        worse += usize::from(before == passed && after != passed);
    }
    let words = match (better, worse) {
        (0, 0) => say("compare-same-pass"),
        (n, 0) => say("compare-better").with("n", n),
        (0, n) => say("compare-worse").with("n", n),
        (b, w) => say("compare-better-worse").with("better", b).with("worse", w),
    };
    Some(words.to_string())
}

fn evidence_in_words(gone: &[Found], new: &[Found], still: &[(Found, Option<Found>)]) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    if !gone.is_empty() {
        words.push(say("compare-pieces-gone").with("n", gone.len()).to_string());
    }
    if !new.is_empty() {
        let what = if words.is_empty() { say("compare-pieces-new") } else { say("compare-more-new") };
        words.push(what.with("n", new.len()).to_string());
    }
    if !still.is_empty() {
        let what = if words.is_empty() { say("compare-pieces-still") } else { say("compare-more-still") };
        words.push(what.with("n", still.len()).to_string());
    }
    (!words.is_empty()).then(|| format!("{}.", words.join(", ")))
}

fn tests(before: &Report, after: &Report) -> (Vec<TestChange>, usize) {
    let mut out = Vec::new();
    let mut same = 0;
    for pass in [PassName::Plain, PassName::Race, PassName::Stress, PassName::Bench] {
        let of = |r: &Report| -> Vec<TestResult> {
            r.passes.iter().find(|p| p.name == pass).map(|p| p.tests.clone()).unwrap_or_default()
        };
        let (old, new) = (of(before), of(after));
        // A pass that one of them never came to says nothing about its tests.
        if old.is_empty() || new.is_empty() {
            continue;
        }
        let find = |all: &[TestResult], name: &str| all.iter().find(|t| t.name == name).cloned();
        let names = old.iter().chain(new.iter().filter(|t| find(&old, &t.name).is_none()));
        for t in names {
            let (a, b) = (find(&old, &t.name), find(&new, &t.name));
            let ended = |t: &TestResult| (t.status, t.failures > 0 && t.failures < t.runs);
            if a.as_ref().map(ended) == b.as_ref().map(ended) {
                same += 1;
                continue;
            }
            out.push(TestChange {
                pass: pass.name(),
                name: Shown::new(&t.name),
                visible: t.visible,
                cells: [a.as_ref().map(cell), b.as_ref().map(cell)],
            });
        }
    }
    (out, same)
}

fn cell(t: &TestResult) -> Cell {
    let sometimes = t.failures > 0 && t.failures < t.runs;
    let note = if sometimes {
        say("compare-runs-failed").with("failures", t.failures).with("runs", t.runs).to_string()
    } else {
        String::new()
    };
    Cell { sign: t.status.into(), note }
}

fn vet(v: &VetFinding) -> Found {
    let headline = format!("`{}`: {}", v.analyzer, v.message);
    let sign = Sign { shape: '·', word: "go vet", class: "v".to_owned() };
    Found { sign, headline: headline.as_str().into(), section: None }
}

/// What is gone, what is new, what is still there.
type Sorted = (Vec<Found>, Vec<Found>, Vec<(Found, Option<Found>)>);

/// Equal keys are the same finding, however the lines have moved; of several with one key each has its own partner.
fn evidence(before: &[Evidence], after: &[Evidence]) -> Sorted {
    let sections = |all: &[Evidence]| super::evidence::numbers(all);
    let (old_sections, new_sections) = (sections(before), sections(after));
    let found = |e: &Evidence, section: usize| Found {
        sign: super::evidence::sign(e),
        headline: e.headline().as_str().into(),
        section: Some(section),
    };
    let mut there: HashMap<String, Vec<usize>> = HashMap::new();
    for (i, e) in before.iter().enumerate().rev() {
        there.entry(key(e)).or_default().push(i);
    }
    let mut matched = vec![false; before.len()];
    let (mut new, mut still) = (vec![], vec![]);
    for (e, section) in after.iter().zip(new_sections) {
        match there.get_mut(&key(e)).and_then(Vec::pop) {
            Some(i) => {
                matched[i] = true;
                let differs = before[i].headline() != e.headline();
                still.push((found(&before[i], old_sections[i]), differs.then(|| found(e, section))));
            }
            None => new.push(found(e, section)),
        }
    }
    let gone = before.iter().zip(old_sections).zip(matched).filter(|(_, matched)| !matched);
    (gone.map(|((e, section), _)| found(e, section)).collect(), new, still)
}

/// What makes two findings the same one: never a line, a number or an id, which all change with the code around.
fn key(e: &Evidence) -> String {
    let function = |stack: &[Frame]| telling(stack).map_or("", |f| f.function.as_str()).to_owned();
    match e {
        Evidence::Rejection { reason, .. } => format!("rejection {reason}"),
        Evidence::CompileError { message, .. } => format!("compile {message}"),
        Evidence::FailedTest { pass, test, .. } => format!("failed {pass} {test}"),
        Evidence::Race { accesses, .. } => {
            let mut sides: Vec<String> = accesses.iter().map(|a| function(&a.stack)).collect();
            sides.sort();
            format!("race {}", sides.join(" "))
        }
        Evidence::Deadlock { test, total, .. } => format!("deadlock {test} {total}"),
        Evidence::Panic { test, stack, .. } => format!("panic {test} {}", function(stack)),
        Evidence::Leak { test, .. } => format!("leak {test}"),
        Evidence::Limit { test, limit, .. } => format!("limit {test} {limit}"),
        Evidence::Tamper { .. } => "tamper".to_owned(),
        Evidence::Exhibit { proven, .. } => format!("exhibit {proven}"),
        Evidence::Budget(f) => format!("budget {} {}", f.benchmark, f.what),
        Evidence::Flaky { pass, test, .. } => format!("flaky {pass} {test}"),
    }
}

/// Processor time and memory of each pass, budgets, and the time of the whole grading.
fn costs(before: &Report, after: &Report) -> Vec<Cost> {
    let ms = |n: u64| units::duration(std::time::Duration::from_millis(n));
    let mut out = Vec::new();
    let mut row = |what: String, a: Option<u64>, b: Option<u64>, shown: &dyn Fn(u64) -> String| {
        if a.is_none() && b.is_none() {
            return;
        }
        let one = |v: Option<u64>| v.map_or_else(|| "–".to_owned(), shown);
        let change = a.zip(b).map(|(a, b)| change(a, b)).unwrap_or_default();
        out.push(Cost { what, before: one(a), after: one(b), change });
    };
    for pass in [PassName::Plain, PassName::Race, PassName::Stress, PassName::Bench] {
        let usage =
            |r: &Report| -> Option<Usage> { r.passes.iter().find(|p| p.name == pass).map(|p| p.usage) };
        let (a, b) = (usage(before), usage(after));
        let what = |message: Message<'static>| message.with("pass", pass.to_string()).to_string();
        row(what(say("compare-cost-cpu")), a.map(|u| u.cpu_ms), b.map(|u| u.cpu_ms), &ms);
        row(
            what(say("compare-cost-memory")),
            a.map(|u| u.memory_bytes),
            b.map(|u| u.memory_bytes),
            &units::bytes,
        );
    }
    let same = |f: &Figure, g: &Figure| f.benchmark == g.benchmark && f.what == g.what;
    for f in before
        .figures
        .iter()
        .chain(after.figures.iter().filter(|g| !before.figures.iter().any(|f| same(f, g))))
    {
        let of = |r: &Report| r.figures.iter().find(|g| same(f, g)).map(|g| g.measured);
        let what = format!("{}, {}", Shown::new(&f.benchmark), f.what);
        row(what, of(before), of(after), &|v| f.what.shown(v));
    }
    let total = |r: &Report| r.timings.get("total_ms").copied();
    row(say("compare-cost-total").to_string(), total(before), total(after), &ms);
    out
}

/// How much more or less the second is.
fn change(a: u64, b: u64) -> String {
    if a == b {
        return say("compare-the-same").to_string();
    }
    if a == 0 {
        return String::new();
    }
    let percent = (i128::from(b) - i128::from(a)) * 100 / i128::from(a);
    let percent = i64::try_from(percent).unwrap_or(i64::MAX);
    let words = match percent {
        p if p.abs() < NOISE => say("compare-about-the-same"),
        p if p < 0 => say("compare-less").with("percent", (-p).to_string()),
        p if p >= 200 => say("compare-times").with("times", (p / 100 + 1).to_string()),
        p => say("compare-more").with("percent", p.to_string()),
    };
    words.to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use assay_core::{ExerciseRef, PassReport, SCHEMA, Verdict};

    use super::super::sentence::Piece;
    use super::*;

    fn report(verdict: Verdict, tests: &[(&str, TestStatus)], evidence: Vec<Evidence>) -> Report {
        let tests = tests.iter().map(|(name, status)| TestResult {
            name: (*name).into(),
            status: *status,
            duration_ms: 1,
            output: String::new(),
            visible: true,
            runs: 2,
            failures: u32::from(*status == TestStatus::Failed) * 2,
        });
        let pass = PassReport {
            name: PassName::Plain,
            verdict,
            repetitions: 2,
            schedule: None,
            tests: tests.collect(),
            usage: Usage { wall_ms: 10, cpu_ms: 10, memory_bytes: 1 << 20 },
        };
        Report {
            schema: SCHEMA.into(),
            exercise: ExerciseRef { slug: "pool".parse().unwrap(), version: "v".into() },
            verdict,
            summary: "so".into(),
            passes: if pass.tests.is_empty() { vec![] } else { vec![pass] },
            not_run: vec![],
            evidence,
            figures: vec![],
            vet: vec![],
            seed: 1,
            toolchain: "go1.27.3".into(),
            timings: BTreeMap::from([("total_ms".into(), 100)]),
            observed: None,
        }
    }

    fn failed(test: &str, message: &str) -> Evidence {
        Evidence::FailedTest {
            pass: "plain".into(),
            test: test.into(),
            message: message.into(),
            position: None,
            got: None,
            want: None,
        }
    }

    #[track_caller]
    fn says(before: &Report, after: &Report) -> Vec<String> {
        let text = |s: &Sentence| {
            s.pieces()
                .iter()
                .map(|p| match p {
                    Piece::Words(text) | Piece::Code(text) => text.as_str(),
                    Piece::At(_) | Piece::Open(_) => "",
                })
                .collect::<String>()
        };
        compare(before, after).says.iter().map(text).collect()
    }

    const PASS: TestStatus = TestStatus::Passed;
    const FAIL: TestStatus = TestStatus::Failed;

    #[test]
    fn better_worse_and_gone_are_told_in_words() {
        let before = report(
            Verdict::Failed,
            &[("A", FAIL), ("B", FAIL), ("C", PASS)],
            vec![failed("A", "1"), failed("B", "1")],
        );
        let after = report(
            Verdict::Failed,
            &[("A", PASS), ("B", FAIL), ("C", FAIL)],
            vec![failed("B", "2"), failed("C", "1")],
        );
        assert_eq!(
            says(&before, &after),
            [
                "Both are Failed.",
                "1 test passes that did not, 1 test passes no longer.",
                "1 piece of evidence is gone, 1 is new, 1 is still there."
            ]
        );
        let compared = compare(&before, &after);
        let names: Vec<&str> = compared.tests.iter().map(|t| t.name.as_str()).collect();
        assert_eq!((names, compared.same_tests), (vec!["A", "C"], 1));
        assert!(compared.still[0].1.is_some(), "the other message is shown too");
        assert_eq!((compared.gone[0].section, compared.new[0].section), (Some(1), Some(2)));
    }

    #[test]
    fn one_that_does_not_compile_has_no_tests_to_compare() {
        let broken = report(
            Verdict::CompileError,
            &[],
            vec![Evidence::CompileError { position: None, message: "undefined: x".into() }],
        );
        let right = report(Verdict::Accepted, &[("A", PASS)], vec![]);
        assert_eq!(
            says(&broken, &right),
            [
                "From CompileError to Accepted.",
                "The first did not come as far as a test.",
                "1 piece of evidence is gone."
            ]
        );
        assert!(compare(&broken, &right).tests.is_empty());
    }

    #[test]
    fn a_report_beside_itself_has_nothing_to_tell() {
        let one = report(Verdict::Failed, &[("A", FAIL)], vec![failed("A", "1"), failed("A", "2")]);
        let compared = compare(&one, &one);
        assert!(compared.tests.is_empty() && compared.gone.is_empty() && compared.new.is_empty());
        assert!(compared.still.len() == 2 && compared.still.iter().all(|(_, other)| other.is_none()));
        assert!(compared.costs.iter().all(|c| c.change == "the same"));
    }

    #[test]
    fn changes_of_figures_read_well() {
        let cases =
            [(100, 100), (100, 103), (100, 58), (100, 130), (100, 950), (0, 5), (u64::MAX, 0), (1, u64::MAX)];
        let words = cases.map(|(a, b)| change(a, b));
        assert_eq!(
            words[..6],
            ["the same", "about the same", "42 % less", "30 % more", "9 times as much", ""]
        );
        assert_eq!(words[6], "100 % less");
        assert!(words[7].ends_with("times as much"));
    }
}
