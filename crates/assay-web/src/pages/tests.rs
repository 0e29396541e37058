//! Whole pages drawn from reports: what is hostile in them stays text.

use assay_core::{
    Access, Evidence, ExerciseRef, Figure, Frame, Goroutine, Measure, PassName, PassReport, Position, Report,
    SCHEMA, SourceFile, TestResult, TestStatus, Timings, Usage, Verdict, VetFinding, WaitsOn, Waker,
};

use super::run::drawn;

/// Markup, a way out of an attribute, a terminal's colour and text that turns around.
const HOSTILE: &str = "<script>alert(1)</script>\" onclick=\"x\" <img src=x> \u{1b}[31m \u{202e}";

fn frame(word: &str) -> Frame {
    let position = Position { file: "pool.go".into(), line: 1, column: 1 };
    Frame { function: word.into(), position, own: true }
}

fn goroutine(id: u64, word: &str) -> Goroutine {
    Goroutine {
        id,
        waits_on: WaitsOn { state: word.into(), operations: vec![word.into()] },
        minutes: Some(3),
        woken_by: vec![Waker { operation: word.into(), position: frame(word).position, goroutines: vec![7] }],
        unreachable: true,
        stack: vec![frame(word)],
        created: Some(frame(word)),
    }
}

fn figure(word: &str) -> Figure {
    let what = Measure::Allocs;
    Figure { benchmark: word.into(), what, measured: 7, allowed: 2, reference: 9, against: word.into() }
}

/// Every kind of evidence, with that for every text of the grader or the candidate.
pub(crate) fn evidence(word: &str) -> Vec<Evidence> {
    let w = || word.to_owned();
    let position = || Some(Position { file: w(), line: 1, column: 0 });
    let access =
        || Access { operation: w(), goroutine: w(), stack: vec![frame(word)], created: vec![frame(word)] };
    let goroutines = || vec![goroutine(7, word)];
    vec![
        Evidence::Rejection { position: position(), reason: w() },
        Evidence::CompileError { position: Some(frame(word).position), message: w() },
        Evidence::FailedTest {
            pass: w(),
            test: w(),
            message: w(),
            position: position(),
            got: Some(w()),
            want: Some(format!("{word}\n2")),
        },
        Evidence::Race { test: w(), accesses: vec![access(), access()], sentence: w(), raw: w() },
        Evidence::Deadlock { test: w(), total: true, sentence: w(), goroutines: goroutines(), raw: w() },
        Evidence::Panic { test: w(), message: w(), stack: vec![frame(word)], raw: w() },
        Evidence::Leak { test: w(), sentence: w(), goroutines: goroutines(), raw: w() },
        Evidence::Limit { test: w(), limit: w(), allowed: w(), measured: w(), goroutines: goroutines() },
        Evidence::Tamper { reason: w() },
        Evidence::Exhibit { proven: true, sentence: w(), facts: vec![w()] },
        Evidence::Budget(figure(word)),
        Evidence::Flaky { pass: w(), test: w(), passed: 1, runs: 3, other: Verdict::Failed, seed: 9 },
    ]
}

/// The same kinds where less is known, or more goroutines do the same.
pub(crate) fn odd_evidence(word: &str) -> Vec<Evidence> {
    let w = || word.to_owned();
    let unknown = Access { operation: w(), goroutine: w(), stack: vec![], created: vec![] };
    let main = Access { goroutine: "main".into(), stack: vec![frame(word)], ..unknown.clone() };
    let nowhere = Goroutine { created: None, minutes: None, stack: vec![], ..goroutine(9, word) };
    let twins = vec![goroutine(7, word), goroutine(8, word), nowhere];
    let mut many: Vec<Goroutine> = (1..20).map(|id| goroutine(id, word)).collect();
    for g in &mut many {
        g.waits_on.state = g.id.to_string();
        g.woken_by[0].goroutines.clear();
    }
    vec![
        Evidence::FailedTest {
            pass: w(),
            test: w(),
            message: w(),
            position: None,
            got: Some(String::new()),
            want: Some(w()),
        },
        Evidence::Race { test: String::new(), accesses: vec![main, unknown], sentence: w(), raw: w() },
        Evidence::Deadlock { test: w(), total: false, sentence: w(), goroutines: twins.clone(), raw: w() },
        Evidence::Deadlock { test: w(), total: true, sentence: w(), goroutines: many, raw: w() },
        Evidence::Leak { test: w(), sentence: w(), goroutines: twins, raw: w() },
        Evidence::Exhibit { proven: false, sentence: w(), facts: vec![] },
    ]
}

/// A report of one pass, which was told that.
pub(crate) fn report(evidence: Vec<Evidence>, word: &str) -> Report {
    let test = TestResult {
        name: word.into(),
        status: TestStatus::Failed,
        duration_ms: 3,
        output: word.into(),
        visible: false,
        runs: 3,
        failures: 1,
    };
    Report {
        schema: SCHEMA.into(),
        exercise: ExerciseRef { slug: "pool".parse().unwrap(), version: "v".into() },
        verdict: Verdict::DataRace,
        summary: word.into(),
        passes: vec![PassReport {
            name: PassName::Race,
            verdict: Verdict::DataRace,
            repetitions: 5,
            schedule: None,
            tests: vec![test],
            usage: Usage::default(),
        }],
        evidence,
        figures: vec![figure(word)],
        vet: vec![VetFinding { position: frame(word).position, analyzer: word.into(), message: word.into() }],
        seed: 1,
        toolchain: word.into(),
        timings: Timings::from([("total_ms".into(), 9), ("screen_ms".into(), 4)]),
        not_run: vec![],
        observed: None,
    }
}

fn files() -> Vec<SourceFile> {
    vec![SourceFile { path: "pool.go".parse().unwrap(), content: format!("{HOSTILE}\nsecond\n") }]
}

#[test]
fn nothing_from_a_candidate_is_markup_or_moves_the_text() {
    let html = drawn(&report(evidence(HOSTILE), HOSTILE), &files());
    assert!(html.contains("&#60;script&#62;alert(1)"), "it is there, as text");
    for bad in ["<script>alert", "<img", "\" onclick=", "\u{1b}", "\u{202e}"] {
        assert!(!html.contains(bad), "{bad:?} in the page");
    }
    assert!(html.contains("␛[31m") && html.contains("⟨U+202E⟩"));
}

#[test]
fn nothing_is_inline() {
    let html = drawn(&report(evidence(HOSTILE), HOSTILE), &files());
    for bad in ["<style", " style=", " onload=", "javascript:", "<script>"] {
        assert!(!html.contains(bad), "{bad:?} in the page");
    }
}

#[test]
fn each_kind_has_its_section_and_every_id_is_there_once() {
    let html = drawn(&report(evidence(HOSTILE), HOSTILE), &files());
    for title in [
        "Not allowed",
        "Compile errors: 1 message",
        "Failed test",
        "Data race",
        "Deadlock of all goroutines",
        "Panic",
        "Left behind",
        "Limit passed",
        "The record does not add up",
        "Proven",
        "Runs that disagree",
        "go vet",
    ] {
        assert!(html.contains(title), "{title}");
    }
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|w| w[0] != w[1]), "{ids:?}");
}

#[test]
fn a_report_without_evidence_says_what_is_needed_to_see_it_again() {
    let html = drawn(&report(vec![], HOSTILE), &files());
    assert!(html.contains("assay replay ") && html.contains("pool.go-L2"));
    assert!(!html.contains("class=\"evidence\""));
}
