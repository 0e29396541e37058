//! From files to a program that can be run.

mod detached;
mod run;
mod tests;

use assay_content::{Exercise, Kind, imports};
use assay_core::{Fault, SourceFile};
use assay_go::{ALLOWED_IMPORTS, Archive, Built, Flavour, Go, LANGUAGE, Library, Package, Program, Vetted};
use assay_sandbox::Sandbox;

use crate::trace::{SUBMISSION, TESTS};
pub(crate) use run::{AtExit, OnDisk, job, keep, work};
pub(crate) use tests::Builder;

/// Import path of the candidate's package.
pub(crate) fn import_path(exercise: &Exercise) -> String {
    format!("assay.test/{}", exercise.package)
}

/// A candidate's program of its own (`exhibit`).
pub(crate) fn program(
    go: &Go,
    sandbox: &dyn Sandbox,
    exercise: &Exercise,
    files: &[SourceFile],
    flavour: Flavour,
) -> Result<Built<Program>, Fault> {
    match compile_submission(go, sandbox, "main", exercise, files, &[], flavour)? {
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
    flavour: Flavour,
) -> Result<Option<Program>, Fault> {
    let sources: Vec<Sourced<'_>> =
        files.iter().map(|(name, text)| (format!("{SUBMISSION}/{name}"), *text)).collect();
    let package = Package {
        path: "main",
        files: &borrowed(&sources),
        language: LANGUAGE,
        library: Library::All,
        dependencies: &[],
    };
    let Built::Done(main) = go.compile(sandbox, flavour, &package)? else { return Ok(None) };
    match go.link(sandbox, flavour, &main, &[])? {
        Built::Done(program) => Ok(Some(program)),
        Built::Refused(_) | Built::Limit(_) => Ok(None),
    }
}

/// Whether the candidate's package compiles by itself.
pub(crate) fn compiles(
    go: &Go,
    sandbox: &dyn Sandbox,
    exercise: &Exercise,
    files: &[SourceFile],
) -> Result<bool, Fault> {
    let path = path_alone(exercise);
    let built = compile_submission(go, sandbox, &path, exercise, files, &[], Flavour::Plain)?;
    Ok(matches!(built, Built::Done(_)))
}

/// What vet says of the candidate's package by itself.
pub(crate) fn vet(
    go: &Go,
    sandbox: &dyn Sandbox,
    exercise: &Exercise,
    files: &[SourceFile],
) -> Result<Vec<Vetted>, Fault> {
    with_package(&path_alone(exercise), exercise, files, &[], |package| go.vet(sandbox, package))
}

/// Import path of what the candidate writes.
fn path_alone(exercise: &Exercise) -> String {
    if exercise.kind == Kind::Exhibit { "main".into() } else { import_path(exercise) }
}

/// Compile the candidate's package, with `tests` if they stand in it.
fn compile_submission(
    go: &Go,
    sandbox: &dyn Sandbox,
    path: &str,
    exercise: &Exercise,
    files: &[SourceFile],
    tests: &[Sourced<'_>],
    flavour: Flavour,
) -> Result<Built<Archive>, Fault> {
    with_package(path, exercise, files, tests, |package| go.compile(sandbox, flavour, package))
}

/// What `act` makes of the candidate's package, with `tests` if they stand in it.
fn with_package<T>(
    path: &str,
    exercise: &Exercise,
    files: &[SourceFile],
    tests: &[Sourced<'_>],
    act: impl FnOnce(&Package<'_>) -> T,
) -> T {
    let mut sources = submission_sources(exercise, files);
    sources.extend_from_slice(tests);
    let of_tests: Vec<String> = tests.iter().flat_map(|(_, text)| imports(text)).collect();
    let allowed: Vec<&str> = ALLOWED_IMPORTS
        .iter()
        .copied()
        .chain(exercise.imports.iter().chain(&of_tests).map(String::as_str))
        .collect();
    let package = Package {
        path,
        files: &borrowed(&sources),
        language: &exercise.language,
        library: Library::Only(&allowed),
        dependencies: &[],
    };
    act(&package)
}

/// A path in the box and the text there.
type Sourced<'a> = (String, &'a str);

fn borrowed<'a>(sources: &'a [Sourced<'a>]) -> Vec<(&'a str, &'a str)> {
    sources.iter().map(|(at, text)| (at.as_str(), *text)).collect()
}

/// The candidate's files, and those of the exercise that are of their package.
fn submission_sources<'a>(exercise: &'a Exercise, files: &'a [SourceFile]) -> Vec<Sourced<'a>> {
    let at = |folder: &str, f: &'a SourceFile| (format!("{folder}/{}", f.path), f.content.as_str());
    let support = exercise.tests_in.support();
    files.iter().map(|f| at(SUBMISSION, f)).chain(support.iter().map(|f| at(TESTS, f))).collect()
}
