//! Go's tests of its goroutine leak profile (`src/runtime/testdata/testgoroutineleakprofile` of a Go tree): functions that leak, each in
//! a way of its own, many of them cut down from real bugs.

use std::fs;
use std::path::Path;
use std::time::Duration;

use assay_core::Verdict;

use super::case::{self, Call, Case, Effort, Expected};
use crate::problem::Problem;

/// Functions in a grading.
const TOGETHER: usize = 8;

/// These leave nothing behind when they return, or only what a later test would take for its own: they load the collector.
const STRESS: [&str; 2] = ["SpawnGC", "DaisyChain"];

/// Each writes its profile, which for some is more output than a test may have, and is not what we look at.
const PROFILE: &str = "prof.WriteTo(os.Stdout, 2)";
const UNWRITTEN: &str = "_, _ = prof, os.Stdout";

/// All functions of `dir` and of the folder of real bugs in it, which are two packages.
pub(super) fn cases(dir: &Path) -> Result<Vec<Case>, Problem> {
    let mut cases = vec![];
    for (name, folder) in [("small", dir.to_owned()), ("goker", dir.join("goker"))] {
        let mut files = vec![];
        let entries = fs::read_dir(&folder).map_err(|e| Problem::path("read", &folder, &e))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.extension().is_some_and(|end| end == "go") {
                let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let text = fs::read_to_string(&path).map_err(|e| Problem::path("read", &path, &e))?;
                files.push((file, text.replace(PROFILE, UNWRITTEN)));
            }
        }
        files.sort();
        package(name, &files, &mut cases)?;
    }
    Ok(cases)
}

/// A few functions with the files that they stand in, and the one that all need.
fn package(name: &str, files: &[(String, String)], cases: &mut Vec<Case>) -> Result<(), Problem> {
    let registered = |text: &str| -> Vec<String> {
        let name = |line: &str| Some(line.trim().strip_prefix("register(\"")?.split('"').next()?.to_owned());
        text.lines().filter_map(name).filter(|name| !STRESS.contains(&name.as_str())).collect()
    };
    let all: Vec<(String, usize)> = files
        .iter()
        .enumerate()
        .flat_map(|(file, (_, text))| registered(text).into_iter().map(move |function| (function, file)))
        .collect();
    for some in all.chunks(TOGETHER) {
        let needed =
            |at: usize, file: &(String, String)| file.0 == "main.go" || some.iter().any(|(_, f)| *f == at);
        let chosen = files.iter().enumerate().filter(|(at, file)| needed(*at, file)).map(|(_, f)| f.clone());
        let calls: Vec<Call> = some
            .iter()
            .map(|(function, _)| Call { test: format!("Test{function}"), call: format!("x.{function}()") })
            .collect();
        let expectations = calls.iter().map(|call| expected(&call.test)).collect();
        let effort = Effort { language: assay_go::LANGUAGE, repetitions: 1, stress: Duration::ZERO };
        let label = format!("{name} {}", cases.len() + 1);
        cases.push(case::case(&label, "leaktests", chosen.collect(), &calls, effort, expectations)?);
    }
    Ok(())
}

/// A function that never comes back because of its leak is a deadlock to its test. What a global variable could still wake is no leak to
/// the collector; it is one to a test that has ended.
fn expected(test: &str) -> Expected {
    Expected {
        test: Some(test.to_owned()),
        label: "leak".to_owned(),
        verdicts: vec![Verdict::Leak, Verdict::Deadlock],
    }
}
