//! What an Exercism folder becomes, and how it is refused.

use std::fs;
use std::path::Path;

use assay_content::{TestsIn, is_exercism, load_exercism};

const CONFIG: &str = r#"{"files": {
  "solution": ["two_lamps.go"],
  "test": ["two_lamps_test.go"],
  "exemplar": [".meta/exemplar.go"],
  "editor": ["states.go"],
  "invalidator": ["go.mod"]
}}"#;

const TEST: &str = "package lamps\n\nimport (\n\t\"testing\"\n\t\"unicode\"\n)\n\nfunc TestA(t *testing.T) { _ = unicode.MaxRune }\n";

/// A folder of `files` over those of a sound one; an empty text takes one away.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let sound = [
        (".meta/config.json", CONFIG),
        (".meta/exemplar.go", "package lamps\n\nimport \"container/list\"\n\nvar _ = list.New\n"),
        ("two_lamps.go", "package lamps\n"),
        ("two_lamps_test.go", TEST),
        ("more_test.go", "//go:build !slow\n\npackage lamps\n"),
        ("slow_test.go", "//go:build slow\n\npackage other\n"),
        ("states.go", "package lamps\n"),
        ("own.go", "package lamps\n"),
        ("go.mod", "module lamps\n\ngo 1.22.3\n"),
        ("lamps.exe", "not ours to read"),
    ];
    for (name, text) in sound.iter().chain(files) {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if text.is_empty() {
            fs::remove_file(path).unwrap();
        } else {
            fs::write(path, text).unwrap();
        }
    }
    dir
}

#[test]
fn a_folder_becomes_an_exercise() {
    let dir = folder(&[]);
    assert!(is_exercism(dir.path()) && !is_exercism(Path::new(env!("CARGO_MANIFEST_DIR"))));
    let e = load_exercism(dir.path()).unwrap();
    assert_eq!((e.slug.as_str(), e.package.as_str(), e.language.as_str()), ("two-lamps", "lamps", "1.22"));
    assert_eq!(e.start.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["own.go", "two_lamps.go"]);
    assert_eq!(
        e.visible.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(),
        ["more_test.go", "two_lamps_test.go"]
    );
    assert!(e.visible[0].content.starts_with("\n\npackage"), "the screener refuses what the constraint said");
    assert!(matches!(&e.tests_in, TestsIn::CandidatesPackage { support } if support.len() == 1));
    assert_eq!(e.solutions[0].files[0].path.as_str(), "two_lamps.go");
    for (path, allowed) in [("container/list", true), ("unicode", true), ("testing", false), ("os", false)] {
        assert_eq!(e.imports.iter().any(|i| i == path), allowed, "{path}");
    }
}

#[test]
fn a_learners_own_work_changes_no_version_and_needs_no_reference() {
    let version = |files| load_exercism(folder(files).path()).unwrap().version;
    assert_eq!(version(&[]), version(&[("two_lamps.go", "package lamps\n\nvar x int\n")]));
    assert_ne!(version(&[]), version(&[("more_test.go", "package lamps\n")]));
    let learner =
        folder(&[(".exercism/config.json", CONFIG), (".meta/exemplar.go", ""), (".meta/config.json", "")]);
    assert_eq!(load_exercism(learner.path()).unwrap().solutions, []);
}

#[test]
fn every_refusal_names_its_place() {
    let mut said = String::new();
    for files in [
        &[(".meta/config.json", "{\n\"files\": 1}")][..],
        &[(".meta/config.json", "{\"files\": {\n\"solution\": [],\n\"test\": [\"../x_test.go\"]}}")],
        &[("two_lamps.go", ""), ("states.go", ""), (".meta/exemplar.go", "")],
        &[("two_lamps_test.go", "package lamps_test\n")],
        &[("more_test.go", "package other\n\nfunc TestMain(m *testing.M) {}\n")],
        &[("more_test.go", "//go:build (slow\n\npackage lamps\n")],
        &[("states.go", "package other\n"), ("Own.go", "package lamps\n")],
    ] {
        let dir = folder(files);
        for error in load_exercism(dir.path()).unwrap_err() {
            said += &format!("{error}\n").replace(dir.path().to_str().unwrap(), "lamps");
        }
        said += "\n";
    }
    insta::assert_snapshot!(said);
}
