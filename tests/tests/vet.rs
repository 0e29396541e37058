//! What `go vet` says stands beside a verdict, through the real binary, toolchain and box; it never is one.

use std::fs;

use assay_tests::{Assay, root};
use serde_json::Value;

/// The code as a submission to the exercise `tally`.
fn check(code: &str, more: &[&str]) -> assay_tests::Said {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("tally.go"), code).unwrap();
    let dir = folder.path().to_str().unwrap();
    let args =
        [&["check", dir, "--exercise", "tally", "--content", "tests/content", "--seed", "1"], more].concat();
    Assay::new().run(&args)
}

/// Its report, which the schema allows.
#[track_caller]
fn report(code: &str, more: &[&str]) -> Value {
    let said = check(code, &[&["--json"], more].concat());
    let report: Value = serde_json::from_str(&said.stdout).unwrap_or_else(|e| panic!("{e}: {said:?}"));
    let schema = fs::read(root().join("crates/assay-core/report.schema.json")).expect("the schema");
    let schema: Value = serde_json::from_slice(&schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let errors: Vec<String> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    report
}

/// The verdict, and each finding as `file:line analyzer`.
#[track_caller]
fn expect(code: &str, verdict: &str, findings: &[&str]) {
    let report = report(code, &["--visible"]);
    assert_eq!(report["verdict"], verdict, "{report:#}");
    let line = |f: &Value| {
        format!("{}:{} {}", f["position"]["file"], f["position"]["line"], f["analyzer"]).replace('"', "")
    };
    let found: Vec<String> =
        report["vet"].as_array().map_or(&[][..], Vec::as_slice).iter().map(line).collect();
    assert_eq!(found, findings, "{report:#}");
}

/// Right, but for a lock that a method takes a copy of.
const COPIES: &str = "package tally

import \"sync\"

type sum struct {
\tmu    sync.Mutex
\ttotal int
}

func (s *sum) add(v int) {
\ts.mu.Lock()
\tdefer s.mu.Unlock()
\ts.total += v
}

func (s sum) get() int {
\treturn s.total
}

func Sum(values []int) int {
\tvar s sum
\tfor _, v := range values {
\t\ts.add(v)
\t}
\treturn s.get()
}
";

#[test]
fn a_copied_lock_is_said_and_decides_nothing() {
    let report = report(COPIES, &[]);
    assert_eq!(report["verdict"], "Accepted", "{report:#}");
    let expect = serde_json::json!([{
        "position": {"file": "tally.go", "line": 16, "column": 9},
        "analyzer": "copylocks",
        "message": "get passes lock by value: tally.sum contains sync.Mutex",
    }]);
    assert_eq!(report["vet"], expect, "{report:#}");
}

#[test]
fn people_read_it_after_the_proof() {
    let wrong = COPIES.replace("return s.get()", "return s.get() + 1");
    let said = check(&wrong, &["--visible"]);
    let line = "vet: tally.go:16:9 copylocks: get passes lock by value: tally.sum contains sync.Mutex";
    let (proof, after) = said.stdout.split_once(line).unwrap_or_else(|| panic!("{said:?}"));
    assert!(proof.contains("TestSumOfThree") && after.contains("plain"), "{said:?}");
}

/// What the analyzers know of the standard library's functions they know without facts about it.
#[test]
fn each_kind_of_mistake_is_found() {
    let code = "package tally

import (
\t\"context\"
\t\"errors\"
\t\"fmt\"
\t\"sync\"
\t\"sync/atomic\"
\t\"time\"
)

func Sum(values []int) int {
\ttotal := 0
\tfor _, v := range values {
\t\ttotal += v
\t}
\treturn total
}

func more() {
\tctx, _ := context.WithTimeout(context.Background(), time.Second)
\tvar wg sync.WaitGroup
\tgo func() {
\t\twg.Add(1)
\t\tdefer wg.Done()
\t\t<-ctx.Done()
\t}()
\twg.Wait()
\tvar n int64
\tn = atomic.AddInt64(&n, 1)
\tbegun := time.Now()
\tdefer fmt.Println(time.Since(begun))
\tif more == nil {
\t\tfmt.Sprintf(\"%s\", n)
\t}
\tvar target error
\t_ = errors.As(ctx.Err(), target)
}
";
    expect(
        code,
        "Accepted",
        &[
            "tally.go:21 lostcancel",
            "tally.go:24 waitgroup",
            "tally.go:30 atomic",
            "tally.go:32 defers",
            "tally.go:33 nilfunc",
            "tally.go:34 unusedresult",
            "tally.go:34 printf",
            "tally.go:37 errorsas",
        ],
    );
}

#[test]
fn what_does_not_compile_or_is_not_allowed_is_not_vetted() {
    expect(&COPIES.replace("return s.get()", "return s.got()"), "CompileError", &[]);
    expect(&COPIES.replace("return s.get()", "return s.get("), "CompileError", &[]);
    expect(&COPIES.replace("\"sync\"", "\"os\"\n\t\"sync\""), "Rejected", &[]);
}

#[test]
fn a_report_has_at_most_twenty() {
    let many: String = (0..50).map(|n| format!("\nfunc (s sum) more{n}() {{}}\n")).collect();
    let report = report(&format!("{COPIES}{many}"), &["--visible"]);
    assert_eq!(report["vet"].as_array().map(Vec::len), Some(20), "{report:#}");
}

/// A program that proves something is vetted from the start: what does not compile is seen by vet as well, which then says nothing.
#[test]
fn a_program_of_its_own_is_vetted_and_may_be_broken() {
    let program = "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Sprint(1)\n}\n";
    for (code, verdict, findings) in [
        (program.to_owned(), "Failed", 1),
        (program.replace("Sprint(1)", "Sprint(one)"), "CompileError", 0),
        (program.replace("Sprint(1)", "Sprint("), "CompileError", 0),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("main.go"), &code).unwrap();
        let dir = folder.path().to_str().unwrap();
        let said = Assay::new().run(&["check", dir, "--exercise", "select-deadlock", "--json"]);
        let report: Value = serde_json::from_str(&said.stdout).unwrap_or_else(|e| panic!("{e}: {said:?}"));
        assert_eq!(report["verdict"], verdict, "{report:#}");
        assert_eq!(report["vet"].as_array().map_or(0, Vec::len), findings, "{code}: {report:#}");
        assert!(!said.stderr.contains("vet"), "{said:?}");
    }
}
