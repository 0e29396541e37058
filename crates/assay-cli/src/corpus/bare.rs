//! The same by `go test -race`, for comparison. It runs without a box, so it is done only when asked for.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use assay_go::Go;
use assay_sandbox::host::Tool;
use serde::Serialize;

use super::case::Case;
use crate::problem::Problem;

/// What `go test -race -count=1` said.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Bare {
    pub(super) found: bool,
    /// `race`, `deadlock`, `panic`, `timeout`, `failed` or `ok`.
    pub(super) said: &'static str,
    pub(super) ms: u64,
}

/// How long the tests of a package may take.
const TIMEOUT: &str = "15s";

/// Test the case's files as they lie in their folder; `row` names the test if it is one of several.
pub(super) fn run(go: &Go, case: &Case, row: &str, data: &Path) -> Result<Bare, Problem> {
    let failed = |e: std::io::Error| Problem::path("use", data, &e);
    let folder = tempfile::tempdir().map_err(failed)?;
    fs::write(folder.path().join("go.mod"), format!("module bare\n\ngo {}\n", case.exercise.language))
        .map_err(failed)?;
    for (name, text) in &case.files {
        fs::write(folder.path().join(name), text).map_err(failed)?;
    }
    let test =
        row.split_once('/').filter(|_| case.expectations.len() > 1).map(|(_, test)| format!("^{test}$"));
    let begun = Instant::now();
    let output = Tool::new(go.root().join("bin/go"))
        .args(["test", "-race", "-count=1", "-timeout", TIMEOUT])
        .args(test.iter().flat_map(|test| ["-run", test]))
        .cwd(folder.path())
        .keep_env(&["PATH", "HOME", "GOPATH", "GOCACHE", "GOFLAGS"])
        .env("GOTOOLCHAIN", "local")
        .limit(Duration::from_mins(2))
        .run()?;
    let text = output.text() + &String::from_utf8_lossy(&output.stderr);
    let said = said(output.succeeded(), &text);
    Ok(Bare { found: said != "ok", said, ms: begun.elapsed().as_millis() as u64 })
}

fn said(good: bool, text: &str) -> &'static str {
    const MARKS: [(&str, &str); 4] = [
        ("WARNING: DATA RACE", "race"),
        ("all goroutines are asleep", "deadlock"),
        ("panic: test timed out", "timeout"),
        ("panic: ", "panic"),
    ];
    match MARKS.iter().find(|(mark, _)| text.contains(mark)) {
        _ if good => "ok",
        Some((_, said)) => said,
        None => "failed",
    }
}
