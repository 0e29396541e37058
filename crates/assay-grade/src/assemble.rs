//! From files to a program that can be run.

use std::path::{Path, PathBuf};

use assay_content::{Exercise, TestFile};
use assay_core::{Fault, SourceFile};
use assay_go::{ALLOWED_IMPORTS, Built, Diagnostic, Flavour, Go, LANGUAGE, Library, Package, Program};
use assay_sandbox::Sandbox;

use crate::Scope;
use crate::plan::PlannedTest;
use crate::trace::{SUBMISSION, TESTS};

/// A program on disk under a name of ours, removed with its folder.
pub(crate) struct OnDisk {
    _folder: tempfile::TempDir,
    pub(crate) path: PathBuf,
}

/// Keep `program` where a box can show it.
pub(crate) fn keep(program: &Program) -> Result<OnDisk, Fault> {
    use std::os::unix::fs::PermissionsExt;
    let failed = |e: std::io::Error| {
        Fault::io("keep a built program in the temporary folder", &e).advise("make room there or set TMPDIR")
    };
    let folder = tempfile::Builder::new().prefix("assay-run-").tempdir().map_err(failed)?;
    // The box's user is not ours: it must be able to read and run what is shown to it, and nothing else.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711)).map_err(failed)?;
    let path = folder.path().join("prog");
    std::fs::write(&path, &program.0).map_err(failed)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o555)).map_err(failed)?;
    Ok(OnDisk { _folder: folder, path })
}

/// Import path of the candidate's package.
pub(crate) fn import_path(exercise: &Exercise) -> String {
    format!("assay.test/{}", exercise.package)
}

/// The package of a candidate, the tests of `scope`, the harness: one program.
pub(crate) fn tests_program(
    go: &Go,
    sandbox: &dyn Sandbox,
    exercise: &Exercise,
    files: &[SourceFile],
    tests: &[PlannedTest],
    scope: Scope,
    flavour: Flavour,
) -> Result<Built<Program>, Fault> {
    let path = import_path(exercise);
    let tests_path = format!("{path}_test");
    let own = match compile_submission(go, sandbox, &path, exercise, files, flavour)? {
        Built::Done(archive) => archive,
        Built::Refused(d) => return Ok(Built::Refused(d)),
        Built::Limit(k) => return Ok(Built::Limit(k)),
    };
    let sources = test_sources(exercise, scope);
    let package = Package {
        path: &tests_path,
        folder: TESTS,
        files: &sources,
        language: LANGUAGE,
        library: Library::All,
        dependencies: &[(&path, &own)],
    };
    let tests_archive = match go.compile(sandbox, flavour, &package)? {
        Built::Done(archive) => archive,
        Built::Refused(d) => return Ok(Built::Refused(missing_api(d)?)),
        Built::Limit(k) => return Ok(Built::Limit(k)),
    };
    let main_source = main_source(go, &path, &tests_path, tests);
    let dependencies = [(path.as_str(), &own), (tests_path.as_str(), &tests_archive)];
    let package = Package {
        path: "main",
        folder: "main",
        files: &[("main.go", &main_source)],
        language: LANGUAGE,
        library: Library::All,
        dependencies: &dependencies,
    };
    let main = match go.compile(sandbox, flavour, &package)? {
        Built::Done(archive) => archive,
        other => return Err(Fault::new(format!("the tests' own main does not compile: {other:?}"))),
    };
    go.link(sandbox, flavour, &main, &dependencies)
}

/// A candidate's program of its own (`exhibit`).
pub(crate) fn program(
    go: &Go,
    sandbox: &dyn Sandbox,
    exercise: &Exercise,
    files: &[SourceFile],
    flavour: Flavour,
) -> Result<Built<Program>, Fault> {
    match compile_submission(go, sandbox, "main", exercise, files, flavour)? {
        Built::Done(main) => go.link(sandbox, flavour, &main, &[]),
        Built::Refused(d) => Ok(Built::Refused(d)),
        Built::Limit(k) => Ok(Built::Limit(k)),
    }
}

/// A program rewritten to report itself, built with whatever that takes; `None` where it does not build.
pub(crate) fn observed(
    go: &Go,
    sandbox: &dyn Sandbox,
    files: &[(&str, &str)],
) -> Result<Option<Program>, Fault> {
    let package = Package {
        path: "main",
        folder: SUBMISSION,
        files,
        language: LANGUAGE,
        library: Library::All,
        dependencies: &[],
    };
    let Built::Done(main) = go.compile(sandbox, Flavour::Plain, &package)? else { return Ok(None) };
    match go.link(sandbox, Flavour::Plain, &main, &[])? {
        Built::Done(program) => Ok(Some(program)),
        Built::Refused(_) | Built::Limit(_) => Ok(None),
    }
}

fn compile_submission(
    go: &Go,
    sandbox: &dyn Sandbox,
    path: &str,
    exercise: &Exercise,
    files: &[SourceFile],
    flavour: Flavour,
) -> Result<Built<assay_go::Archive>, Fault> {
    let sources: Vec<(&str, &str)> = files.iter().map(|f| (f.path.as_str(), f.content.as_str())).collect();
    let allowed: Vec<&str> =
        ALLOWED_IMPORTS.iter().copied().chain(exercise.imports.iter().map(String::as_str)).collect();
    let package = Package {
        path,
        folder: SUBMISSION,
        files: &sources,
        language: &exercise.language,
        library: Library::Only(&allowed),
        dependencies: &[],
    };
    go.compile(sandbox, flavour, &package)
}

fn test_sources(exercise: &Exercise, scope: Scope) -> Vec<(&str, &str)> {
    let mut files: Vec<&TestFile> = exercise.visible.iter().collect();
    if scope == Scope::All {
        files.extend(&exercise.hidden);
    }
    files.into_iter().map(|f| (f.name.as_str(), f.content.as_str())).collect()
}

/// The tests did not compile against the candidate's package: its API is not the asked one. The words are kept, the places
/// are not (they lie in tests that may be hidden).
fn missing_api(diagnostics: Vec<Diagnostic>) -> Result<Vec<Diagnostic>, Fault> {
    let strange = diagnostics.iter().find(|d| d.folder != TESTS && !d.folder.is_empty());
    if let Some(d) = strange {
        return Err(Fault::new(format!("the tests do not compile: {}", d.message)));
    }
    let words = diagnostics.into_iter().map(|d| format!("the tests need the exercise's API: {}", d.message));
    let mut once: Vec<String> = Vec::new();
    for word in words {
        if !once.contains(&word) {
            once.push(word);
        }
    }
    Ok(once
        .into_iter()
        .map(|message| Diagnostic { folder: String::new(), position: None, message })
        .collect())
}

fn main_source(go: &Go, path: &str, tests_path: &str, tests: &[PlannedTest]) -> String {
    let table: String = tests.iter().map(|t| format!("\t\t{{Name: {0:?}, F: x.{0}}},\n", t.name)).collect();
    format!(
        "package main\n\nimport (\n\t\"testing\"\n\n\t{:?}\n\tx {tests_path:?}\n)\n\nfunc main() {{\n\tharness.Main({path:?}, []testing.InternalTest{{\n{table}\t}})\n}}\n",
        go.harness(),
    )
}

/// A job that runs the program at `path`.
pub(crate) fn job(go: &Go, path: &Path, flavour: Flavour) -> Result<assay_sandbox::Job, Fault> {
    use assay_sandbox::{Entry, Job, Source};
    let at: assay_sandbox::BoxPath = "prog".parse().expect("a box path");
    let mut entries = vec![Entry { at: at.clone(), source: Source::Host(path.to_owned()) }];
    let mut env = vec![("GOTRACEBACK".to_owned(), "all".to_owned())];
    if flavour.is_race() {
        entries.push(go.loader()?);
        // The first race ends the run: what it proves is enough, and reading on with torn memory is not safe. 100 ms at
        // exit catches every race that the end of main uncovers, 0 ms 9 of 12 (measured).
        env.push(("GORACE".to_owned(), "halt_on_error=1 atexit_sleep_ms=100".to_owned()));
    }
    Ok(Job { entries, env, last_words: Some(crate::plan::LAST_WORDS), ..Job::new(at) })
}
