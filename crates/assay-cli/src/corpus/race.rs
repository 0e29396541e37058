//! The Go race detector's own tests (`src/runtime/race/testdata` of a Go tree): a test's name says whether there is a race in it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use assay_core::Verdict;

use super::case::{self, Call, Case, Effort, Expected};
use crate::problem::Problem;

/// Tests in a grading: each that races ends its process, and a pass has only so many.
const TOGETHER: usize = 8;

/// All tests of the files in `dir`, which are one package.
pub(super) fn cases(dir: &Path) -> Result<Vec<Case>, Problem> {
    let entries = fs::read_dir(dir).map_err(|e| Problem::path("read", dir, &e))?;
    let mut files = vec![];
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // The others need cgo, or are the package's own main.
        if name.ends_with("_test.go") && !["cgo_test.go", "main_test.go"].contains(&name.as_str()) {
            let text = fs::read_to_string(&path).map_err(|e| Problem::path("read", &path, &e))?;
            files.push((name, fit(&text)));
        }
    }
    files.sort();
    let mut cases = vec![];
    for file in &files {
        let known: Vec<(Call, Expected)> = case::tests(&file.1)
            .into_iter()
            .filter_map(|test| Some((Call::of_test(&test), expected(&test)?)))
            .collect();
        let mut known = known.into_iter().peekable();
        for part in 1.. {
            if known.peek().is_none() {
                break;
            }
            let (calls, expectations): (Vec<Call>, Vec<Expected>) = known.by_ref().take(TOGETHER).unzip();
            let effort = Effort { language: assay_go::LANGUAGE, repetitions: 3, stress: Duration::ZERO };
            let name = format!("{} {part}", file.0.trim_end_matches("_test.go"));
            cases.push(case::case(&name, "racetests", vec![file.clone()], &calls, effort, expectations)?);
        }
    }
    Ok(cases)
}

/// What submissions may not hold, or would end every process of a pass, without what the tests are about.
fn fit(text: &str) -> String {
    text
        // They only keep the compiler from inlining.
        .replace("\n//go:", "\n// go:")
        // There is none without the detector; one test has it, whose race it does not touch.
        .replace("runtime.RaceDisable()", "runtime.Gosched()")
        // A race before any test begins.
        .replace("\nvar _ LogImpl = NewLog()", "\n")
}

/// `TestRace…`, `TestNoRace…`; with `Failing` in it the detector is known to miss it.
fn expected(test: &str) -> Option<Expected> {
    let (label, verdicts) = if test.contains("Failing") {
        return None;
    } else if test.starts_with("TestRace") {
        ("race", vec![Verdict::DataRace])
    } else if test.starts_with("TestNoRace") {
        ("no race", vec![])
    } else {
        return None;
    };
    Some(Expected { test: Some(test.to_owned()), label: label.to_owned(), verdicts })
}
