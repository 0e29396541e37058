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
            files.push((name, fs::read_to_string(&path).map_err(|e| Problem::path("read", &path, &e))?));
        }
    }
    files.sort();
    let mut cases = vec![];
    let all = files.iter().flat_map(|(_, text)| case::tests(text));
    let known: Vec<(Call, Expected)> =
        all.filter_map(|test| Some((Call::of_test(&test), expected(&test)?))).collect();
    let mut known = known.into_iter().peekable();
    while known.peek().is_some() {
        let (calls, expectations): (Vec<Call>, Vec<Expected>) = known.by_ref().take(TOGETHER).unzip();
        let effort = Effort { language: assay_go::LANGUAGE, repetitions: 3, stress: Duration::ZERO };
        let name = format!("tests {}", cases.len() * TOGETHER + 1);
        cases.push(case::case(&name, "racetests", files.clone(), &calls, effort, expectations)?);
    }
    Ok(cases)
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
