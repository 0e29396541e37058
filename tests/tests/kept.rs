//! Tests that are compiled once: whatever a submission changes, what it comes to is its own.

use std::fs;
use std::path::Path;

use assay_tests::{root, tools};
use serde_json::Value;
use tempfile::TempDir;

const SUM: &str = "package tally\n\nfunc Sum(values []int) int {\n\ttotal := 0\n\tfor _, v := range values {\n\t\ttotal += v\n\t}\n\treturn total\n}\n";

/// A tools folder like the real one, but with a kit of its own: what is kept lies there.
fn own_tools() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut kits = vec![];
    for entry in fs::read_dir(tools()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name.starts_with("kit-") {
            kits.push((entry.metadata().unwrap().modified().unwrap(), entry.path()));
        } else if !name.starts_with("prepare.") {
            std::os::unix::fs::symlink(entry.path(), folder.path().join(name)).unwrap();
        }
    }
    // Of those of several versions it is the last that was made.
    let (_, kit) = kits.into_iter().max().unwrap();
    let own = folder.path().join(kit.file_name().unwrap());
    fs::create_dir(&own).unwrap();
    for entry in fs::read_dir(&kit).unwrap().map(Result::unwrap).filter(|e| e.path().is_file()) {
        fs::copy(entry.path(), own.join(entry.file_name())).unwrap();
    }
    folder
}

/// How many archives are kept.
fn kept(tools: &Path) -> usize {
    let kits = fs::read_dir(tools).unwrap().map(Result::unwrap).filter(|e| e.file_type().unwrap().is_dir());
    kits.filter_map(|kit| fs::read_dir(kit.path().join("kept")).ok()).map(Iterator::count).sum()
}

/// Check `code` as a submission to `tally`.
#[expect(clippy::disallowed_methods, reason = "a test has to start what it tests")]
fn report(tools: &Path, code: &str) -> Value {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("tally.go"), code).unwrap();
    let assay = assay_tests::Assay::new();
    let output = std::process::Command::new(assay.program())
        .args([
            "check",
            dir.path().to_str().unwrap(),
            "--exercise",
            "tally",
            "--content",
            "tests/content",
            "--json",
        ])
        .current_dir(root())
        .env("ASSAY_DATA", assay.data())
        .env("ASSAY_TOOLS", tools)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {output:?}"))
}

#[test]
fn each_submission_comes_to_its_own_verdict() {
    let tools = own_tools();
    let check = |what: &str, code: &str, verdict: &str, more: Option<usize>| {
        let before = kept(tools.path());
        let report = report(tools.path(), code);
        assert_eq!(report["verdict"], verdict, "{what}: {report:#}");
        let more_now = kept(tools.path()) - before;
        assert!(more.is_none_or(|more| more == more_now), "{what}: {more_now} archives more");
        report
    };
    // The tests and `main`, plain, with the race detector, and both again for the stress pass.
    check("the first of its kind", SUM, "Accepted", Some(8));
    check("another body", &SUM.replace("total := 0", "var total int"), "Accepted", Some(0));
    check("a wrong body", &SUM.replace("total := 0", "total := 1"), "Failed", Some(0));
    check(
        "a comment and an import",
        &SUM.replace("package tally\n", "package tally\n\nimport \"fmt\"\n\n// See\n")
            .replace("return", "fmt.Print()\n\treturn"),
        "Accepted",
        Some(0),
    );
    let first = SUM
        .replace("func Sum", "var offset = first()\n\nfunc first() int { return 0 }\n\nfunc Sum")
        .replace("total := 0", "total := offset");
    check("a variable that is set at the start", &first, "Accepted", None);
    check("and set wrongly", &first.replace("return 0", "return 7"), "Failed", Some(0));
    let init = SUM
        .replace("func Sum", "var offset = 7\n\nfunc init() { offset = 0 }\n\nfunc Sum")
        .replace("total := 0", "total := offset");
    check("an init function", &init, "Accepted", None);
    check("one that does nothing", &init.replace("{ offset = 0 }", "{}"), "Failed", None);
    check("one that is wrong", &init.replace("offset = 0", "offset = 3"), "Failed", Some(0));
    let generic = format!("{SUM}\ntype pair[T any] struct{{ a, b T }}\n");
    check("type parameters", &generic, "Accepted", Some(0));
    let missing = check("no Sum", &SUM.replace("Sum", "Total"), "CompileError", Some(0));
    let said = missing["evidence"][0]["message"].as_str().unwrap();
    assert!(said.starts_with("the tests need the exercise's API: undefined: tally.Sum"), "{said}");
    let other = check(
        "another type",
        &SUM.replace("[]int)", "[]int8)").replace("+= v", "+= int(v)"),
        "CompileError",
        Some(0),
    );
    let said = other["evidence"][0]["message"].as_str().unwrap();
    assert!(said.starts_with("the tests need the exercise's API: cannot use"), "{said}");
}
