//! `assay check --observe`, through the real binary, toolchain and box: what a run looked like, and that it decides nothing.

use std::fs;
use std::path::Path;

use assay_go::Go;
use assay_tests::{Assay, copy_folder, root, tools};
use serde_json::Value;

/// Check a folder against the exercise `tally` of `content`, as JSON; against the schema too.
#[track_caller]
fn check(dir: &Path, content: &Path, more: &[&str]) -> Value {
    let (dir, content) = (dir.to_str().unwrap(), content.to_str().unwrap());
    let args = [&["check", dir, "--exercise", "tally", "--content", content, "--json", "--seed", "1"], more]
        .concat();
    let said = Assay::new().run(&args);
    let report: Value = serde_json::from_str(&said.stdout).unwrap_or_else(|e| panic!("{e}: {said:?}"));
    let schema = fs::read(root().join("crates/assay-core/report.schema.json")).expect("the schema");
    let schema: Value = serde_json::from_slice(&schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let errors: Vec<String> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    report
}

/// What was observed of a program of `tests/programs`, which gets this verdict.
#[track_caller]
fn observed(program: &str, verdict: &str) -> Value {
    let dir = root().join("tests/programs").join(program);
    let report = check(&dir, &root().join("tests/content"), &["--observe"]);
    assert_eq!(report["verdict"], verdict, "{report:#}");
    report["observed"].clone()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// The last spans of goroutines that were still there at the end, as `reason at file:line`.
fn blocked(observed: &Value) -> Vec<String> {
    let timeline = &observed["timeline"];
    let last = |lane: &Value| list(lane, "spans").last().cloned().unwrap_or_default();
    let still = list(timeline, "lanes").iter().map(last).filter(|s| s["to"] == timeline["end_ns"]);
    still
        .map(|s| format!("{} at {}:{}", s["reason"], s["at"]["file"], s["at"]["line"]).replace('"', ""))
        .collect()
}

#[test]
fn a_deadlock_shows_who_waits_where() {
    let observed = observed("deadlocking", "Deadlock");
    let line = line_of("deadlocking", "parts <- v");
    let expect = format!("chan send at tally.go:{line}");
    assert!(blocked(&observed).contains(&expect), "{expect} is not in {:?}", blocked(&observed));
    assert!(observed["notes"].to_string().contains("had not ended after 1.0 s"), "{:#}", observed["notes"]);
    assert!(observed["timeline"]["still_ns"].as_u64() < Some(500_000_000), "{observed:#}");
}

#[test]
fn a_leak_shows_what_is_left_and_where_it_came_from() {
    let observed = observed("leaking", "Leak");
    let lanes = list(&observed["timeline"], "lanes");
    let end = &observed["timeline"]["end_ns"];
    let left =
        lanes.iter().find(|l| l["own"] == true && list(l, "spans").last().is_some_and(|s| s["to"] == *end));
    let left = left.unwrap_or_else(|| panic!("{lanes:#?}"));
    assert_eq!((&left["created_at"]["file"], &left["created_at"]["line"]), (&"tally.go".into(), &6.into()));
    let maker = left["created_by"].clone();
    let edges = list(&observed["timeline"], "edges");
    assert!(edges.iter().any(|e| e["from"] == maker && e["to"] == left["goroutine"]), "{edges:#?}");
}

#[test]
fn a_panic_keeps_what_was_written_before() {
    let observed = observed("panicking", "Panic");
    assert!(
        observed["notes"].to_string().contains("in the middle of the tests: exit code 2"),
        "{observed:#}"
    );
    assert!(!list(&observed["timeline"], "lanes").is_empty(), "{observed:#}");
}

#[test]
fn what_is_right_has_all_three() {
    let observed = observed("right", "Accepted");
    assert_eq!(list(&observed, "tests").len(), 3);
    assert_eq!(list(&observed["timeline"], "tests").len(), 3);
    let allocated = list(&observed["allocs"], "stacks");
    assert!(
        allocated.iter().any(|s| s["own"] == true && s["frames"].as_str().unwrap().contains("tally.Sum"))
    );
    let total: u64 = allocated.iter().map(|s| s["value"].as_u64().unwrap()).sum();
    let allocs = &observed["allocs"];
    assert_eq!(
        total + allocs["elsewhere"].as_u64().unwrap(),
        allocs["total"].as_u64().unwrap(),
        "{allocs:#}"
    );
}

#[test]
fn a_busy_program_shows_where_the_time_goes() {
    let observed = observed("endless", "TimeLimit");
    let cpu = &observed["cpu"];
    let (total, elsewhere) = (cpu["total"].as_u64().unwrap(), cpu["elsewhere"].as_u64().unwrap());
    assert!(total - elsewhere >= 100_000_000, "{cpu:#}");
    assert!(list(cpu, "stacks")[0]["frames"].as_str().unwrap().contains("tally.Sum"), "{cpu:#}");
}

#[test]
fn what_never_ran_says_so() {
    let observed = observed("broken", "CompileError");
    assert_eq!(observed["notes"][0], "no observation: the code did not get as far as its tests");
}

#[test]
fn nobody_is_observed_who_did_not_ask() {
    let right = root().join("tests/programs/right");
    assert_eq!(check(&right, &root().join("tests/content"), &[])["observed"], Value::Null);
}

/// A right program that may import os, and does this at every call.
fn meddling(what: &str) -> (Value, Value) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (content, code) = (folder.path().join("content"), folder.path().join("code"));
    copy_folder(&root().join("tests/content"), &content);
    let manifest = content.join("coding/tally/exercise.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("minutes = 5", "minutes = 5\nimports = [\"os\"]")).unwrap();
    fs::create_dir(&code).unwrap();
    let program = format!(
        "package tally\n\nimport \"os\"\n\nfunc Sum(values []int) int {{\n\tmeddle()\n\ttotal := 0\n\tfor _, v := range values {{\n\t\ttotal += v\n\t}}\n\treturn total\n}}\n\nfunc meddle() {{\n\tfor fd := uintptr(10); fd <= 12; fd++ {{\n\t\tfile := os.NewFile(fd, \"x\")\n\t\t{what}\n\t}}\n}}\n"
    );
    fs::write(code.join("tally.go"), program).unwrap();
    (check(&code, &content, &[]), check(&code, &content, &["--observe"]))
}

/// The same verdict either way, and words for what is missing.
#[track_caller]
fn bounded(what: &str) -> Value {
    let (without, with) = meddling(what);
    assert_eq!(without["verdict"], "Accepted", "{without:#}");
    assert_eq!(with["verdict"], without["verdict"], "{with:#}");
    let observed = with["observed"].clone();
    assert!(observed.to_string().len() < 2 << 20, "{} bytes", observed.to_string().len());
    observed
}

#[test]
fn rubbish_in_the_outputs_is_told_as_such() {
    let observed = bounded(
        "file.WriteAt([]byte(\"go 1.26 trace\\x00\\x00\\x00rubbish\"), 0)\n\t\tfile.Write([]byte(\"more\"))",
    );
    assert!(observed["notes"].to_string().contains("it is not as Go writes it"), "{observed:#}");
}

#[test]
fn a_flood_of_the_outputs_is_bounded() {
    let observed = bounded("for range 64 {\n\t\t\tfile.Write(make([]byte, 1<<20))\n\t\t}");
    assert!(observed["notes"].to_string().contains("no timeline"), "{observed:#}");
}

#[test]
fn an_emptied_output_is_told_as_such() {
    let observed = bounded("file.Truncate(0)\n\t\tfile.Close()");
    assert!(observed["notes"].to_string().contains("no "), "{observed:#}");
}

#[test]
fn people_see_the_goroutine_that_waits() {
    let assay = Assay::new();
    let args = [
        "check",
        "tests/programs/deadlocking",
        "--exercise",
        "tally",
        "--content",
        "tests/content",
        "--observe",
    ];
    let said = assay.run(&args);
    let line = line_of("deadlocking", "parts <- v");
    let picture = said.stdout.split("observed  ").nth(1).unwrap_or_else(|| panic!("{said:?}"));
    assert!(
        picture.contains(&format!("ss  tally.go:{line}")) && picture.contains("s chan send"),
        "{picture}"
    );
}

/// The reader's own tests, by the toolchain: only of the files that do without the standard library's internal packages, which the go
/// command lets nobody else import.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test has to start what it tests")]
fn the_reader_thins_as_it_should() {
    let go = Go::prepare(&tools(), &mut |_, _, _| {}).expect("a toolchain");
    let output = std::process::Command::new(go.root().join("bin/go"))
        .args(["test", "names.go", "thin.go", "thin_test.go"])
        .current_dir(root().join("sandbox/observe"))
        .env("GOTOOLCHAIN", "local")
        .env("GOFLAGS", "")
        .env("GOPROXY", "off")
        .output()
        .expect("go starts");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Where `code` stands in the program's file.
fn line_of(program: &str, code: &str) -> usize {
    let path = root().join("tests/programs").join(program).join("tally.go");
    let text = fs::read_to_string(path).expect("the program");
    text.lines().position(|l| l.contains(code)).expect("the line") + 1
}
