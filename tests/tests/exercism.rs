//! A folder of the shape that Exercism's Go track has, graded by its own tests.

use std::fs;
use std::path::Path;

use assay_tests::{Assay, Said, copy_folder, root};
use serde_json::Value;

/// A copy of `tests/exercism/lamp` with `lamp.go` as given, or as it begins.
fn lamp(code: Option<&str>) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    copy_folder(&root().join("tests/exercism/lamp"), dir.path());
    if let Some(code) = code {
        fs::write(dir.path().join("lamp.go"), code).unwrap();
    }
    dir
}

fn reference() -> String {
    let text = fs::read_to_string(root().join("tests/exercism/lamp/.meta/example.go")).unwrap();
    text.replace("//go:build !table\n\n", "")
}

#[track_caller]
fn check(dir: &Path, code: i32, verdict: &str) -> (Value, Said) {
    let said = Assay::new().run(&["check", dir.to_str().unwrap(), "--json"]);
    let report: Value = serde_json::from_str(&said.stdout).unwrap_or_else(|e| panic!("{e}: {said:?}"));
    assert_eq!((report["verdict"].as_str(), said.code), (Some(verdict), code), "{report:#}");
    (report, said)
}

#[test]
fn a_right_solution_is_accepted_by_the_folders_own_tests() {
    let (report, said) = check(lamp(Some(&reference())).path(), 0, "Accepted");
    let tests = report["passes"][0]["tests"].as_array().unwrap();
    let status = |name| tests.iter().find(|t| t["name"] == name).map(|t| t["status"].as_str().unwrap());
    assert_eq!(tests.len(), 5, "{report:#}");
    assert_eq!((status("TestNext"), status("TestBroken")), (Some("passed"), Some("not_run")));
    assert_eq!(
        report["summary"],
        "4 tests hold, 1 skipped (plain ×1, race ×1): no race, deadlock, panic or leak"
    );
    assert!(said.stderr.contains("an Exercism folder, lamp: its own tests run"), "{}", said.stderr);
    assert!(said.stderr.contains(" os,") && !said.stderr.contains("failed"), "{}", said.stderr);
}

#[test]
fn the_stub_is_refused_and_a_leak_of_the_learners_is_one() {
    check(lamp(None).path(), 1, "Panic");
    let leaking = reference().replace("switch s {", "go func() { select {} }()\n\tswitch s {");
    let (report, _) = check(lamp(Some(&leaking)).path(), 1, "Leak");
    assert_eq!(report["evidence"][0]["test"], "TestNext", "{report:#}");
}

#[test]
fn what_the_learner_may_not_do_is_said_at_its_place() {
    let clash = reference() + "\nvar cases = 1\n";
    let (report, _) = check(lamp(Some(&clash)).path(), 1, "CompileError");
    assert!(report["evidence"].to_string().contains("redeclared"), "{report:#}");
    let exec = reference().replace("import \"os\"", "import (\n\t\"os\"\n\t_ \"os/exec\"\n)");
    let (report, _) = check(lamp(Some(&exec)).path(), 1, "Rejected");
    assert_eq!(report["evidence"][0]["position"]["line"], 5, "{report:#}");
}

#[test]
fn a_broken_description_names_its_line() {
    let dir = lamp(None);
    let config = dir.path().join(".meta/config.json");
    let text = fs::read_to_string(&config).unwrap();
    for (broken, place, word) in [
        (
            text.replace("\"lamp.go\"", "\"lamb.go\""),
            5,
            "`files.solution` names `lamb.go`, which is not there",
        ),
        (text.replace("\"solution\"", "\"solutions\""), 16, "missing field `solution`"),
        (text.replace("\"Switch a lamp.\"", "7"), 17, "invalid type"),
        (text.replace("],", "]"), 3, "expected `,` or `}`"),
    ] {
        fs::write(&config, broken).unwrap();
        let said = Assay::new().run(&["check", dir.path().to_str().unwrap()]);
        assert_eq!(said.code, 2, "{said:?}");
        // The message is folded to the terminal's width.
        let words: Vec<&str> = said.stderr.split_whitespace().filter(|w| *w != "│").collect();
        let words = words.join(" ");
        assert!(words.contains(&format!("config.json:{place}:")) && words.contains(word), "{}", said.stderr);
    }
}

#[test]
fn a_track_is_told_exercise_by_exercise() {
    let track = tempfile::tempdir().unwrap();
    copy_folder(&root().join("tests/exercism/lamp"), &track.path().join("exercises/practice/lamp"));
    let untested = track.path().join("exercises/practice/untested");
    copy_folder(&root().join("tests/exercism/lamp"), &untested);
    fs::write(untested.join(".meta/.skip_tests"), "").unwrap();
    let said = Assay::new().run(&["corpus", "exercism", track.path().to_str().unwrap(), "--json"]);
    assert_eq!(said.code, 0, "{said:?}");
    let answer: Value = serde_json::from_str(&said.stdout).unwrap();
    let rows: Vec<String> = answer["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| format!("{} {} {}", r["name"], r["label"], r["verdict"]))
        .collect();
    assert_eq!(
        rows,
        [
            r#""practice/untested" "left out · the track does not run its tests (.meta/.skip_tests)" null"#,
            r#""practice/lamp" "reference" "Accepted""#,
            r#""practice/lamp" "stub" "Panic""#,
        ]
    );
}
