//! Budgets from end to end: what submissions to `joiner` come to in the bench pass, and what its proof says.

use std::fs;

use assay_tests::{Assay, root};
use serde_json::Value;

/// The report on a folder of Go files.
#[track_caller]
fn report(dir: &str, verdict: &str) -> Value {
    let args = ["check", dir, "--exercise", "joiner", "--content", "tests/content", "--seed", "1", "--json"];
    let said = Assay::new().run(&args);
    let report: Value = serde_json::from_str(&said.stdout).unwrap_or_else(|e| panic!("{e}: {said:?}"));
    assert_eq!(report["verdict"], verdict, "{dir}: {report:#}");
    valid(&report);
    report
}

/// Against the schema as it is committed.
#[track_caller]
fn valid(report: &Value) {
    let schema = fs::read(root().join("crates/assay-core/report.schema.json")).expect("the schema");
    let schema: Value = serde_json::from_slice(&schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let errors: Vec<String> = validator.iter_errors(report).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

/// Measured, allowed and the reference's figure of `what`.
fn figure(report: &Value, what: &str) -> [u64; 3] {
    let figures = report["figures"].as_array().expect("figures");
    let figure = figures.iter().find(|f| f["what"] == what).expect(what);
    assert_eq!((&figure["benchmark"], &figure["against"]), (&"BenchmarkJoinMany".into(), &"start".into()));
    ["measured", "allowed", "reference"].map(|key| figure[key].as_u64().expect(key))
}

/// The exercise's folder of that name, as a report.
fn of_exercise(folder: &str, verdict: &str) -> Value {
    // The declaration beside the code is no Go file of a candidate's.
    let from = root().join("tests/content/coding/joiner").join(folder).join("joiner.go");
    let dir = tempfile::tempdir().unwrap();
    fs::copy(from, dir.path().join("joiner.go")).unwrap();
    report(dir.path().to_str().unwrap(), verdict)
}

#[test]
fn what_is_accepted_has_its_figures_too() {
    let report = of_exercise("solutions/bytes", "Accepted");
    assert_eq!(figure(&report, "allocs/op")[..2], [2, 2], "{report:#}");
    assert!(figure(&report, "allocs/op")[2] > 500, "{report:#}");
    assert_eq!(figure(&report, "bytes/op")[..2], [6144, 7000], "{report:#}");
    let [measured, allowed, reference] = figure(&report, "time");
    assert!(0 < measured && measured < allowed && allowed.abs_diff(reference / 10) <= 1, "{report:#}");
    let bench = report["passes"].as_array().unwrap().iter().find(|p| p["name"] == "bench").unwrap();
    assert_eq!(bench["tests"][0]["status"], "passed", "{report:#}");
}

#[test]
fn too_many_allocations_are_budget() {
    let report = of_exercise("wrong/no-room", "Budget");
    let [measured, allowed, _] = figure(&report, "allocs/op");
    assert!(measured > 5 && allowed == 2, "{report:#}");
    let start = format!("BenchmarkJoinMany: {measured} allocs/op, allowed 2 (start: ");
    assert!(report["summary"].as_str().unwrap().starts_with(&start), "{report:#}");
    assert_eq!(
        (&report["evidence"][0]["kind"], &report["evidence"][0]["what"]),
        (&"budget".into(), &"allocs/op".into())
    );
}

/// Only the benchmark calls often enough to meet these: no budget says anything about code that is wrong.
#[test]
fn what_goes_wrong_while_it_is_measured_is_what_it_is() {
    for (program, verdict, words) in [
        ("keeps-the-answer", "Failed", "got \"12345678\", want \"abcdefgh\""),
        ("leaves-one-behind", "Leak", "still there after BenchmarkJoinMany"),
        ("panics-in-time", "Panic", "enough"),
    ] {
        let report = report(&format!("tests/budgets/{program}"), verdict);
        assert!(report["summary"].as_str().unwrap().contains(words), "{program}: {report:#}");
        let bench = report["passes"].as_array().unwrap().iter().find(|p| p["name"] == "bench").unwrap();
        assert_eq!((&bench["verdict"], &bench["tests"][0]["status"]), (&verdict.into(), &"failed".into()));
        assert!(report.get("figures").is_none(), "{program}: {report:#}");
    }
}

/// SECURITY.md says so: what is taken once costs no iteration anything.
#[test]
fn memory_taken_once_is_in_no_figure() {
    let report = report("tests/budgets/slab", "Accepted");
    assert_eq!(figure(&report, "allocs/op")[0], 0, "{report:#}");
}

#[test]
fn an_exercise_with_budgets_proves_itself() {
    let said = Assay::new().run(&["prove", "joiner", "--content", "tests/content"]);
    assert_eq!(said.code, 0, "{said:?}");
}
