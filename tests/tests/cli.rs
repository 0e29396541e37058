//! The command line from end to end, through the real binary, toolchain and sandbox.

use std::fs;
use std::path::Path;

use assay_tests::{Assay, Said, copy_folder, root};
use serde_json::Value;

/// Check a program of `tests/programs` against the small exercise of `tests/content`, as JSON.
#[track_caller]
fn check(program: &str, code: i32, verdict: &str) -> Value {
    let assay = Assay::new();
    let dir = format!("tests/programs/{program}");
    let said = assay.run(&["check", &dir, "--exercise", "tally", "--content", "tests/content", "--json"]);
    let report = json(&said);
    assert_eq!((report["verdict"].as_str(), said.code), (Some(verdict), code), "{report:#}");
    valid(&report);
    report
}

#[track_caller]
fn json(said: &Said) -> Value {
    serde_json::from_str(&said.stdout).unwrap_or_else(|e| panic!("{e}: {said:?}"))
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

fn of_kind<'a>(report: &'a Value, kind: &str) -> Option<&'a Value> {
    report["evidence"].as_array()?.iter().find(|e| e["kind"] == kind)
}

#[test]
fn right_is_accepted_in_both_passes() {
    let report = check("right", 0, "Accepted");
    for pass in ["plain", "race"] {
        let pass = report["passes"].as_array().unwrap().iter().find(|p| p["name"] == pass).expect(pass);
        let tests = pass["tests"].as_array().unwrap();
        assert_eq!(tests.len(), 3, "{pass:#}");
        assert!(tests.iter().all(|t| t["status"] == "passed"), "{pass:#}");
    }
}

#[test]
fn racy_shows_both_sides() {
    let report = check("racy", 1, "DataRace");
    let race = of_kind(&report, "race").expect("a race");
    let accesses = race["accesses"].as_array().unwrap();
    assert_eq!(accesses.len(), 2);
    for access in accesses {
        let own = access["stack"].as_array().unwrap().iter().find(|f| f["own"] == true).expect("own code");
        assert_eq!((&own["position"]["file"], &own["position"]["line"]), (&"tally.go".into(), &13.into()));
    }
}

#[test]
fn deadlocking_shows_who_waits() {
    let report = check("deadlocking", 1, "Deadlock");
    let deadlock = of_kind(&report, "deadlock").expect("a deadlock");
    assert!(deadlock.to_string().contains("parts <- v"), "{deadlock:#}");
}

#[test]
fn leaking_shows_what_is_left() {
    let report = check("leaking", 1, "Leak");
    let leak = of_kind(&report, "leak").expect("a leak");
    assert_eq!(leak["goroutines"][0]["created"]["position"]["line"], 6, "{leak:#}");
}

#[test]
fn endless_is_stopped() {
    let report = check("endless", 1, "TimeLimit");
    assert!(of_kind(&report, "limit").is_some(), "{report:#}");
}

#[test]
fn panicking_shows_the_line() {
    let report = check("panicking", 1, "Panic");
    let panic = of_kind(&report, "panic").expect("a panic");
    assert!(panic["message"].as_str().unwrap().contains("index out of range"), "{panic:#}");
    assert!(panic["stack"].to_string().contains("tally.go"), "{panic:#}");
}

#[test]
fn broken_shows_the_compilers_words() {
    let report = check("broken", 1, "CompileError");
    let error = of_kind(&report, "compile_error").expect("a compile error");
    assert_eq!((&error["position"]["line"], &error["message"]), (&5.into(), &"undefined: totl".into()));
}

#[test]
fn failing_says_got_and_want() {
    let report = check("failing", 1, "Failed");
    let failed = of_kind(&report, "failed_test").expect("a failed test");
    assert_eq!((&failed["got"], &failed["want"]), (&"7".into(), &"6".into()), "{failed:#}");
}

#[test]
fn forged_output_counts_for_nothing() {
    let report = check("forging", 1, "Rejected");
    assert!(of_kind(&report, "rejection").unwrap()["reason"].as_str().unwrap().contains("os"), "{report:#}");
    check("forging-without-os", 1, "Failed");
}

#[test]
fn the_textbook_select_rendezvous() {
    let dir = "exercises/coding/select-deadlock/wrong/textbook";
    let said = Assay::new().run(&["check", dir, "--exercise", "select-deadlock"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.stdout.contains("rendezvous"), "{}", said.stdout);
}

#[test]
fn bad_input_is_2_and_says_what_to_do() {
    let assay = Assay::new();
    for (args, word) in [
        (&["check", "tests/nowhere"][..], "there is no folder"),
        (&["check", "README.md"], "not a folder"),
        (&["check", "tests/programs/right"], "--exercise"),
        (&["check", "tests/programs/right", "--exercise", "worker-pol"], "did you mean `worker-pool`"),
        (&["check", "tests/programs", "--exercise", "worker-pool"], "empty"),
        (&["check", "tests/programs/right", "--exercise", "No"], "no exercise name"),
        (&["start", "worker-pool", "tests"], "not empty"),
        (&["list", "--content", "nowhere"], "there is no folder"),
        (&["plan", "senior-gp"], "did you mean `senior-go`"),
        (&["plan", "senior-go", "--minutes", "20"], "too short"),
        (&["plan", "senior-go", "--focus", "horses"], "topics: "),
        (&["replay", "0190b2a4-0000-7000-8000-000000000000"], "there is no run"),
        (&["replay", "x"], "invalid value"),
        (&["prove"], "required"),
        (&["chek"], "unrecognized"),
    ] {
        let said = assay.run(args);
        assert_eq!(said.code, 2, "{args:?} {said:?}");
        assert!(said.stderr.contains(word), "{args:?} {said:?}");
        assert_eq!(said.stdout, "", "{args:?}");
    }
}

#[test]
fn list_start_check_replay_go_together() {
    let assay = Assay::new();
    let list = json(&assay.run(&["list", "--json"]));
    let slugs: Vec<&str> = list.as_array().unwrap().iter().map(|e| e["slug"].as_str().unwrap()).collect();
    assert!(slugs.contains(&"worker-pool"), "{slugs:?}");

    let place = tempfile::tempdir().unwrap();
    let made = assay.run_in(place.path(), &["start", "worker-pool"]);
    assert_eq!(made.code, 0, "{made:?}");
    let names = |dir: &Path| -> Vec<String> {
        fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    };
    let names = names(&place.path().join("worker-pool"));
    for name in ["README.md", "go.mod", ".assay.toml"] {
        assert!(names.iter().any(|n| n == name), "{names:?}");
    }
    assert!(names.iter().any(|n| n.ends_with("_test.go")), "{names:?}");
    let go_mod = fs::read_to_string(place.path().join("worker-pool/go.mod")).unwrap();
    assert_eq!(go_mod, "module assay.test/pool\n\ngo 1.27\n");
    assert_eq!(assay.run_in(place.path(), &["start", "worker-pool"]).code, 2);

    let checked = assay.run_in(place.path(), &["check", "worker-pool", "--json"]);
    assert_eq!(checked.code, 1, "{checked:?}");
    let report = json(&checked);
    valid(&report);
    let run = checked.stderr.lines().find_map(|l| l.strip_prefix("run ")).expect("the run's id");

    let replayed = json(&assay.run(&["replay", run, "--json"]));
    assert_eq!(replayed["kept"], report["verdict"], "{replayed:#}");
    assert_eq!(replayed["came_back"], true, "{replayed:#}");
    assert_eq!(replayed["seed"], report["seed"]);
}

#[test]
fn what_only_a_schedule_shows_is_found_and_comes_back_under_it() {
    let assay = Assay::new();
    let dir = "tests/programs/rarely-deadlocking";
    let said = assay.run(&["check", dir, "--exercise", "tally", "--content", "tests/content", "--json"]);
    let report = json(&said);
    valid(&report);
    assert_eq!((&report["verdict"], said.code), (&"Deadlock".into(), 1), "{report:#}");
    let run = said.stderr.lines().find_map(|l| l.strip_prefix("run ")).expect("the run's id");
    let replayed = json(&assay.run(&["replay", run, "--content", "tests/content", "--json"]));
    assert_eq!(replayed["came_back"], true, "{replayed:#}");
    // By itself it may happen too, but then the stress pass is not reached.
    let stressed = report["passes"].as_array().unwrap().iter().find(|p| p["name"] == "stress");
    if let Some(stressed) = stressed {
        assert_eq!(replayed["schedule"], stressed["schedule"], "{replayed:#}");
        assert_eq!(replayed["of"], "run", "{replayed:#}");
    }
}

#[test]
fn an_interview_is_listed_and_planned() {
    let assay = Assay::new();
    let questions = json(&assay.run(&["list", "questions", "--json"]));
    assert!(questions.as_array().unwrap().len() >= 15, "{questions:#}");
    let plan = json(&assay.run(&["plan", "senior-go", "--minutes", "60", "--focus", "errors", "--json"]));
    let parts = plan["parts"].as_array().unwrap();
    assert_eq!(parts.iter().map(|p| p["minutes"].as_u64().unwrap()).sum::<u64>(), 60);
    let read = assay.run(&["plan", "senior-go"]);
    assert!(read.stdout.contains("1:25  Discussion  5 min"), "{}", read.stdout);
}

#[test]
fn an_interview_that_does_not_add_up_is_refused_with_its_place() {
    let assay = Assay::new();
    assert_eq!(assay.run(&["prove", "senior-go", "mentoring"]).code, 0);
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&root().join("exercises"), copy.path());
    let format = copy.path().join("interviews/senior-go/interview.toml");
    let text = fs::read_to_string(&format).unwrap().replacen("minimum = 18", "minimum = 28", 1);
    fs::write(&format, text).unwrap();
    let content = copy.path().to_str().unwrap();
    let said = assay.run(&["prove", "senior-go", "--content", content]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.stdout.contains("interview.toml:19: minimum 28 is above the 25 points"), "{}", said.stdout);
    assert_eq!(assay.run(&["plan", "senior-go", "--content", content]).code, 2);
}

#[test]
fn a_seed_is_kept_and_visible_runs_only_what_can_be_read() {
    let assay = Assay::new();
    let said = assay.run(&[
        "check",
        "tests/programs/right",
        "--exercise",
        "tally",
        "--content",
        "tests/content",
        "--json",
        "--seed",
        "42",
        "--visible",
    ]);
    let report = json(&said);
    assert_eq!(report["seed"], 42);
    for pass in report["passes"].as_array().unwrap() {
        let names: Vec<_> = pass["tests"].as_array().unwrap().iter().map(|t| &t["name"]).collect();
        assert_eq!(names, ["TestSumOfThree"]);
    }
}

#[test]
fn people_read_the_verdict_first_and_the_way_back_last() {
    let assay = Assay::new();
    let said =
        assay.run(&["check", "tests/programs/racy", "--exercise", "tally", "--content", "tests/content"]);
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert_eq!(lines[0], "⇄ DataRace  tally");
    assert!(said.stdout.contains("▸  13 │"), "{}", said.stdout);
    let run = said.stderr.lines().find_map(|l| l.strip_prefix("run ")).expect("the run's id");
    assert_eq!(lines.last(), Some(&format!("  again  assay replay {run}").as_str()));
}

#[test]
fn a_proof_holds_and_says_when_it_does_not() {
    let assay = Assay::new();
    let said = assay.run(&["prove", "tally", "--content", "tests/content"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.stdout.ends_with("prove: 1 passed, 0 failed\n"), "{}", said.stdout);

    let copy = tempfile::tempdir().unwrap();
    copy_folder(&root().join("tests/content"), copy.path());
    let expect = copy.path().join("coding/tally/wrong/off-by-one/expect.toml");
    let text = fs::read_to_string(&expect).unwrap().replace("\"Failed\"", "\"DataRace\"");
    fs::write(&expect, text).unwrap();
    let said = assay.run(&["prove", "tally", "--json", "--content", copy.path().to_str().unwrap()]);
    assert_eq!(said.code, 1, "{said:?}");
    let proof = json(&said);
    let finding = proof["exercises"][0]["findings"][0]["what"].as_str().unwrap();
    assert!(finding.contains("expected DataRace, got Failed"), "{proof:#}");
}

#[test]
fn the_doctor_is_content_where_these_tests_pass() {
    let said = Assay::new().run(&["doctor", "--json"]);
    let answer = json(&said);
    assert_eq!((said.code, &answer["healthy"]), (0, &true.into()), "{answer:#}");
}
