use std::time::Duration;

use assay_content::{Against, Budget, Budgets, ExerciseLimits, Repetitions, TestFile, Variant};
use assay_core::{ExerciseRef, Figure, PassReport, SCHEMA, TestResult, Usage};

use super::*;

fn exercise() -> Exercise {
    let file = |name: &str| SourceFile { path: name.parse().unwrap(), content: "package pool\n".into() };
    let tests = |name: &str, tests: &[&str]| TestFile {
        name: name.parse().unwrap(),
        content: String::new(),
        tests: tests.iter().map(|&t| t.to_owned()).collect(),
    };
    let expect = |verdict| Expect { verdict, tests: vec![], phrase: None, passes: vec![] };
    let variant = |name: &str, verdict| Variant {
        name: name.into(),
        about: String::new(),
        files: vec![file("pool.go")],
        expect: expect(verdict),
    };
    Exercise {
        slug: "worker-pool".parse().unwrap(),
        version: "00".into(),
        title: String::new(),
        summary: String::new(),
        kind: Kind::Implement,
        part: String::new(),
        question: String::new(),
        topics: vec![],
        minutes: 1,
        package: "pool".into(),
        language: assay_go::LANGUAGE.into(),
        tests_in: assay_content::TestsIn::OwnPackage,
        imports: vec![],
        limits: ExerciseLimits {
            wall: Duration::from_secs(5),
            step: Duration::from_secs(1),
            idle: Duration::from_secs(1),
            memory: 1 << 28,
        },
        repetitions: Repetitions { plain: 1, race: 1, stress: std::time::Duration::ZERO, seeds: 0 },
        budgets: None,
        phenomenon: None,
        prompt: String::new(),
        hints: vec![],
        debrief: None,
        equivalent: vec![],
        start: vec![file("pool.go")],
        start_expect: expect(Verdict::Failed),
        visible: vec![tests("a_test.go", &["TestA"])],
        hidden: vec![tests("b_test.go", &["TestB", "TestC"])],
        solutions: vec![variant("plain", Verdict::Accepted)],
        wrong: vec![variant("racy", Verdict::DataRace)],
    }
}

/// A report with the given verdict of the whole, and each pass as its name, verdict and tests; `-` before a test's name
/// means it failed.
fn report(verdict: Verdict, passes: &[(PassName, Verdict, &[&str])]) -> Report {
    let test = |name: &str| TestResult {
        name: name.trim_start_matches('-').into(),
        status: if name.starts_with('-') { TestStatus::Failed } else { TestStatus::Passed },
        duration_ms: 1,
        output: String::new(),
        visible: false,
        runs: 1,
        failures: u32::from(name.starts_with('-')),
    };
    Report {
        schema: SCHEMA.into(),
        exercise: ExerciseRef { slug: "worker-pool".parse().unwrap(), version: "00".into() },
        verdict,
        summary: "What it is about.".into(),
        passes: passes
            .iter()
            .map(|(name, verdict, tests)| PassReport {
                name: *name,
                verdict: *verdict,
                repetitions: 1,
                schedule: None,
                tests: tests.iter().map(|t| test(t)).collect(),
                usage: Usage::default(),
            })
            .collect(),
        evidence: vec![],
        figures: vec![],
        vet: vec![],
        seed: 7,
        toolchain: "go1.27.3 linux/amd64".into(),
        timings: assay_core::Timings::default(),
        not_run: vec![],
        observed: None,
    }
}

const ALL: &[&str] = &["TestA", "TestB", "TestC"];
use PassName::{Plain, Race};
use Verdict::{Accepted, CompileError, DataRace, Failed, Leak};

/// What a proof of the exercise says when start, solution and the one wrong folder come to these reports.
fn findings(change: impl Fn(&mut Exercise), reports: [Report; 3]) -> Vec<String> {
    let mut exercise = exercise();
    change(&mut exercise);
    let subjects = subjects(&exercise);
    let graded: Vec<Graded> = subjects
        .iter()
        .zip(reports)
        .map(|(s, report)| Graded {
            role: s.role,
            folder: s.folder.clone(),
            expected: s.expect.verdict,
            report,
        })
        .collect();
    subjects
        .iter()
        .zip(&graded)
        .flat_map(|(s, g)| folder_findings(&exercise, s, &g.report))
        .chain(exercise_findings(&exercise, &graded))
        .map(|f| if f.folder.is_empty() { f.what } else { format!("{}: {}", f.folder, f.what) })
        .collect()
}

fn good() -> [Report; 3] {
    [
        report(Failed, &[(Plain, Failed, &["-TestA", "TestB", "TestC"])]),
        report(Accepted, &[(Plain, Accepted, ALL), (Race, Accepted, ALL)]),
        report(DataRace, &[(Plain, Accepted, ALL), (Race, DataRace, &["TestA", "-TestB", "-TestC"])]),
    ]
}

#[track_caller]
fn check(change: impl Fn(&mut Exercise), reports: [Report; 3], expected: &[&str]) {
    assert_eq!(findings(change, reports), expected);
}

#[test]
fn a_good_exercise_has_no_findings() {
    check(|_| {}, good(), &[]);
}

#[test]
fn verdicts_are_exact() {
    let [_, _, wrong] = good();
    let passes: [(_, _, &[&str]); 1] = [(Plain, Failed, &["TestA", "TestB", "-TestC"])];
    check(
        |_| {},
        [report(CompileError, &[]), report(Failed, &passes), wrong],
        &[
            "start: expected Failed, got CompileError: What it is about. (seed 7)",
            "solutions/plain: expected Accepted, got Failed: What it is about. (seed 7)",
        ],
    );
}

#[test]
fn what_shows_too_rarely_is_as_declared_and_right_code_may_not_flake() {
    let flaky = |other| {
        let mut report = report(Verdict::Flaky, &[(Plain, Verdict::Flaky, &["-TestA", "TestB", "TestC"])]);
        let (pass, test) = ("plain".to_owned(), "TestA".to_owned());
        report.evidence = vec![Evidence::Flaky { pass, test, passed: 8, runs: 9, other, seed: 7 }];
        report
    };
    let [start, solution, wrong] = good();
    check(|_| {}, [flaky(Failed), solution.clone(), wrong.clone()], &[]);
    let said =
        |folder| format!("{folder} got Flaky: TestA passed 8 of 9 runs (plain), else {} (seed 7)", "Failed");
    check(|_| {}, [start.clone(), flaky(Failed), wrong], &[&said("solutions/plain: expected Accepted,")]);
    let why = said("wrong/racy: expected DataRace,");
    let reports = [start, solution, flaky(Failed)];
    assert!(findings(|_| {}, reports).contains(&why));
}

#[test]
fn declared_tests_phrases_and_passes_are_exact() {
    let declare = |e: &mut Exercise| {
        let expect = &mut e.wrong[0].expect;
        expect.tests = vec!["TestA".into(), "TestB".into()];
        expect.phrase = Some("closed".into());
        expect.passes = vec![(Plain, Failed), (Race, DataRace)];
    };
    check(
        declare,
        good(),
        &[
            "wrong/racy: should fail, but passed: TestA",
            "wrong/racy: fails without being declared: TestC",
            "wrong/racy: nowhere says \"closed\"; the summary is \"What it is about.\"",
            "wrong/racy: expected Failed in the plain pass, got Accepted",
        ],
    );
    let [start, solution, mut wrong] = good();
    wrong.evidence = vec![Evidence::Race {
        test: "TestA".into(),
        accesses: vec![],
        sentence: "two goroutines touch p.closed".into(),
        raw: String::new(),
    }];
    wrong.passes.remove(0);
    let declare = |e: &mut Exercise| {
        let expect = &mut e.wrong[0].expect;
        expect.tests = ALL.iter().map(|&t| t.to_owned()).collect();
        expect.phrase = Some("p.closed".into());
        expect.passes = vec![(Plain, Accepted)];
    };
    check(
        declare,
        [start, solution, wrong],
        &[
            "wrong/racy: expected Accepted in the plain pass, which did not run",
            "no wrong solution passes plain runs and races: nothing shows what the race pass adds",
        ],
    );
}

#[test]
fn every_test_must_run_and_be_able_to_fail() {
    let [start, _, _] = good();
    check(
        |_| {},
        [
            start,
            report(Accepted, &[(Plain, Accepted, &["TestA", "TestB"]), (Race, Accepted, &[])]),
            report(DataRace, &[(Plain, Accepted, ALL), (Race, DataRace, &["TestA", "-TestB", "TestC"])]),
        ],
        &[
            "solutions/plain: the plain pass has other tests than the exercise: TestC",
            "solutions/plain: the race pass has no tests",
            "TestC is failed by no wrong solution: nothing shows that it can fail",
        ],
    );
    let [start, _, wrong] = good();
    check(
        |_| {},
        [start, report(Accepted, &[(Plain, Accepted, &["TestA", "TestB", "-TestC"])]), wrong],
        &[
            "solutions/plain: accepted without a race pass",
            "solutions/plain: accepted, but TestC did not pass in the plain pass",
        ],
    );
}

#[test]
fn a_leak_counts_as_failing_its_test() {
    let mut leaking = report(Leak, &[(Plain, Leak, ALL)]);
    leaking.evidence = vec![Evidence::Leak {
        test: "TestB".into(),
        sentence: String::new(),
        goroutines: vec![],
        raw: String::new(),
    }];
    assert_eq!(failed_tests(&leaking).into_iter().collect::<Vec<_>>(), ["TestB"]);
}

/// An exercise with the budgets of one benchmark.
fn with_budgets(e: &mut Exercise) {
    let budget = Budget {
        benchmark: "BenchmarkA".into(),
        visible: false,
        allocs: Some(2),
        bytes: None,
        time_thousandths: Some(500),
    };
    e.budgets = Some(Budgets { against: Against::Start, each: vec![budget] });
}

#[test]
fn every_budget_must_be_measured_and_be_able_to_be_exceeded() {
    let [start, _, mut wrong] = good();
    wrong.figures = vec![Figure {
        benchmark: "BenchmarkA".into(),
        what: Measure::Allocs,
        measured: 3,
        allowed: 2,
        reference: 9,
        against: "start".into(),
    }];
    let bench: &[&str] = &["BenchmarkA"];
    let solution = report(
        Accepted,
        &[(Plain, Accepted, ALL), (Race, Accepted, ALL), (PassName::Bench, Accepted, bench)],
    );
    check(
        with_budgets,
        [start.clone(), solution.clone(), wrong.clone()],
        &["the budget of BenchmarkA (time) is exceeded by no wrong solution: nothing shows that it can be"],
    );
    let [_, unmeasured, _] = good();
    wrong.figures[0].measured = 2;
    check(
        with_budgets,
        [start, unmeasured, wrong],
        &[
            "solutions/plain: accepted without a bench pass",
            "the budget of BenchmarkA (allocs/op) is exceeded by no wrong solution: nothing shows that it can be",
            "the budget of BenchmarkA (time) is exceeded by no wrong solution: nothing shows that it can be",
        ],
    );
}

#[test]
fn exhibits_have_no_tests_to_miss() {
    let exhibit = |e: &mut Exercise| {
        e.kind = Kind::Exhibit;
        e.wrong[0].expect.verdict = Failed;
    };
    check(exhibit, [report(Failed, &[]), report(Accepted, &[]), report(Failed, &[])], &[]);
}

/// Which reports of a proof from before are taken, of start, solution and wrong folder, when `change` was made since.
#[track_caller]
fn check_known(change: impl Fn(&mut Exercise, &mut Proof), taken: [bool; 3]) {
    let mut old = exercise();
    for (n, files) in
        [&mut old.start, &mut old.solutions[0].files, &mut old.wrong[0].files].into_iter().enumerate()
    {
        files[0].content.push_str(&format!("// {n}\n"));
    }
    let before = subjects(&old);
    let graded = before.iter().zip(good()).map(|(s, report)| Graded {
        role: s.role,
        folder: s.folder.clone(),
        expected: s.expect.verdict,
        report,
    });
    let mut proof = Proof {
        slug: "worker-pool".into(),
        version: "00".into(),
        graded: graded.collect(),
        findings: vec![],
        wobbles: vec![],
    };
    let mut new = Exercise { version: "01".into(), ..old.clone() };
    change(&mut new, &mut proof);
    let known: Vec<_> = subjects(&new).iter().map(|s| known(Some((&old, &proof)), &new, s)).collect();
    assert_eq!(known.iter().map(Option::is_some).collect::<Vec<_>>(), taken);
    assert!(known.iter().flatten().all(|report| report.exercise.version == "01"));
}

#[test]
fn only_what_changed_or_did_not_hold_is_graded_again() {
    check_known(|_, _| {}, [true; 3]);
    check_known(|e, _| e.prompt.push('x'), [true; 3]);
    check_known(|e, _| e.wrong[0].name.push('x'), [true; 3]);
    check_known(|e, _| e.wrong[0].files[0].content.push_str("// other\n"), [true, true, false]);
    check_known(|e, _| e.wrong[0].expect.verdict = Leak, [true, true, false]);
    check_known(|_, p| p.graded[1].report.verdict = Failed, [true, false, true]);
    let wobble = || Finding { folder: "wrong/racy".into(), what: String::new() };
    check_known(|_, p| p.wobbles.push(wobble()), [true, true, false]);
    check_known(|e, _| with_budgets(e), [false; 3]);
    check_known(|e, _| e.hidden[0].content.push('x'), [false; 3]);
    check_known(|e, _| e.limits.memory += 1, [false; 3]);
}

/// Which folders, of start, solution and wrong, may go through one repetition of the race pass, when `change` was made.
#[track_caller]
fn check_short(change: impl Fn(&mut Exercise), may: [bool; 3]) {
    let mut exercise = exercise();
    exercise.repetitions.race = 5;
    exercise.wrong[0].expect.verdict = Failed;
    change(&mut exercise);
    let shorts: Vec<_> = subjects(&exercise).iter().map(|s| short(&exercise, s)).collect();
    assert_eq!(shorts.iter().map(Option::is_some).collect::<Vec<_>>(), may);
    for short in shorts.into_iter().flatten() {
        assert_eq!(short.repetitions, Repetitions { race: 1, ..exercise.repetitions });
        assert_eq!(Exercise { repetitions: exercise.repetitions, ..short }, exercise);
    }
}

#[test]
fn only_wrong_code_that_plain_runs_can_show_may_race_once() {
    check_short(|_| {}, [true, false, true]);
    check_short(|e| e.wrong[0].expect.verdict = DataRace, [true, false, false]);
    check_short(|e| e.wrong[0].expect.verdict = Verdict::Budget, [true, false, false]);
    check_short(|e| e.wrong[0].expect.passes = vec![(Plain, Failed)], [true, false, true]);
    check_short(|e| e.wrong[0].expect.passes = vec![(Race, Failed)], [true, false, false]);
    check_short(|e| e.wrong[0].expect.passes = vec![(PassName::Stress, Failed)], [true, false, false]);
    check_short(|e| e.repetitions.race = 1, [false; 3]);
    check_short(|e| e.kind = Kind::Exhibit, [false; 3]);
}

#[test]
fn one_repetition_is_enough_where_all_is_as_declared_and_plain_runs_show_it() {
    let mut exercise = exercise();
    exercise.wrong[0].expect.verdict = Failed;
    let settled =
        |verdict, passes: &[_]| is_settled(&exercise, &subjects(&exercise)[2], &report(verdict, passes));
    let failed: &[&str] = &["-TestA", "TestB", "TestC"];
    let both = |plain, race| [(Plain, plain, failed), (Race, race, failed)];
    assert!(settled(Failed, &both(Failed, Failed)));
    assert!(settled(Failed, &both(Failed, Accepted)));
    assert!(!settled(DataRace, &both(Failed, DataRace)));
    assert!(!settled(Failed, &both(Accepted, Failed)));
    assert!(!settled(Failed, &both(Verdict::Flaky, Failed)));
    assert!(!settled(Failed, &[(Plain, Failed, failed), (Race, Failed, &["TestA"])]));
    assert!(!settled(CompileError, &[]));
    exercise.wrong[0].expect.verdict = CompileError;
    assert!(is_settled(&exercise, &subjects(&exercise)[2], &report(CompileError, &[])));
}
