//! Whole pages drawn from reports: what is hostile in them stays text.

use assay_core::{
    Access, Evidence, ExerciseRef, Figure, Frame, Goroutine, Measure, PassName, PassReport, Position, Report,
    SCHEMA, SourceFile, TestResult, TestStatus, Timings, Usage, Verdict, VetFinding, WaitsOn, Waker,
};

use super::run::drawn;

/// Markup, a way out of an attribute, a terminal's colour and text that turns around.
const HOSTILE: &str = "<script>alert(1)</script>\" onclick=\"x\" <img src=x> \u{1b}[31m \u{202e}";

fn frame() -> Frame {
    let position = Position { file: "pool.go".into(), line: 1, column: 1 };
    Frame { function: HOSTILE.into(), position, own: true }
}

fn goroutine() -> Goroutine {
    Goroutine {
        id: 7,
        waits_on: WaitsOn { state: HOSTILE.into(), operations: vec![HOSTILE.into()] },
        minutes: Some(3),
        woken_by: vec![Waker { operation: HOSTILE.into(), position: frame().position, goroutines: vec![7] }],
        unreachable: false,
        stack: vec![frame()],
        created: Some(frame()),
    }
}

fn figure() -> Figure {
    let what = Measure::Allocs;
    Figure { benchmark: HOSTILE.into(), what, measured: 7, allowed: 2, reference: 9, against: HOSTILE.into() }
}

/// Every kind of evidence, hostile in every text.
fn evidence() -> Vec<Evidence> {
    let h = || HOSTILE.to_owned();
    let position = || Some(Position { file: HOSTILE.into(), line: 1, column: 0 });
    let access = || Access { operation: h(), goroutine: h(), stack: vec![frame()], created: vec![frame()] };
    let goroutines = || vec![goroutine()];
    vec![
        Evidence::Rejection { position: position(), reason: h() },
        Evidence::CompileError { position: Some(frame().position), message: h() },
        Evidence::FailedTest {
            pass: h(),
            test: h(),
            message: h(),
            position: position(),
            got: Some(h()),
            want: Some(format!("{HOSTILE}\n2")),
        },
        Evidence::Race { test: h(), accesses: vec![access(), access()], sentence: h(), raw: h() },
        Evidence::Deadlock { test: h(), total: true, sentence: h(), goroutines: goroutines(), raw: h() },
        Evidence::Panic { test: h(), message: h(), stack: vec![frame()], raw: h() },
        Evidence::Leak { test: h(), sentence: h(), goroutines: goroutines(), raw: h() },
        Evidence::Limit { test: h(), limit: h(), allowed: h(), measured: h(), goroutines: goroutines() },
        Evidence::Tamper { reason: h() },
        Evidence::Exhibit { proven: true, sentence: h(), facts: vec![h()] },
        Evidence::Budget(figure()),
        Evidence::Flaky { pass: h(), test: h(), passed: 1, runs: 3, other: Verdict::Failed, seed: 9 },
    ]
}

fn report(evidence: Vec<Evidence>) -> Report {
    let test = TestResult {
        name: HOSTILE.into(),
        status: TestStatus::Failed,
        duration_ms: 3,
        output: HOSTILE.into(),
        visible: false,
        runs: 3,
        failures: 1,
    };
    Report {
        schema: SCHEMA.into(),
        exercise: ExerciseRef { slug: "pool".parse().unwrap(), version: "v".into() },
        verdict: Verdict::DataRace,
        summary: HOSTILE.into(),
        passes: vec![PassReport {
            name: PassName::Race,
            verdict: Verdict::DataRace,
            repetitions: 5,
            schedule: None,
            tests: vec![test],
            usage: Usage::default(),
        }],
        evidence,
        figures: vec![figure()],
        vet: vec![VetFinding {
            position: frame().position,
            analyzer: HOSTILE.into(),
            message: HOSTILE.into(),
        }],
        seed: 1,
        toolchain: HOSTILE.into(),
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
    let html = drawn(&report(evidence()), &files());
    assert!(html.contains("&#60;script&#62;alert(1)"), "it is there, as text");
    for bad in ["<script>alert", "<img", "\" onclick=", "\u{1b}", "\u{202e}"] {
        assert!(!html.contains(bad), "{bad:?} in the page");
    }
    assert!(html.contains("␛[31m") && html.contains("⟨U+202E⟩"));
}

#[test]
fn nothing_is_inline() {
    let html = drawn(&report(evidence()), &files());
    for bad in ["<style", " style=", " onload=", "javascript:", "<script>"] {
        assert!(!html.contains(bad), "{bad:?} in the page");
    }
}

#[test]
fn each_kind_has_its_section_and_every_id_is_there_once() {
    let html = drawn(&report(evidence()), &files());
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
    let html = drawn(&report(vec![]), &files());
    assert!(html.contains("assay replay ") && html.contains("pool.go-L2"));
    assert!(!html.contains("class=\"evidence\""));
}
