//! From files to a program that can be run.

use std::path::{Path, PathBuf};

use assay_content::{Exercise, Kind, TestFile, TestsIn, imports};
use assay_core::{Fault, SourceFile};
use assay_go::{
    ALLOWED_IMPORTS, Archive, Built, Diagnostic, Flavour, Go, LANGUAGE, Library, Package, Program,
};
use assay_sandbox::{Entry, Job, Sandbox, Source};

use crate::Scope;
use crate::plan::PlannedTest;
use crate::trace::{SUBMISSION, TESTS};

/// A program on disk under a name of ours, removed with its folder.
pub(crate) struct OnDisk {
    _folder: tempfile::TempDir,
    pub(crate) path: PathBuf,
    /// What the box shows beside it.
    pub(crate) beside: Vec<Entry>,
}

impl OnDisk {
    /// With the candidate's files where [`main_source`] has the tests look for them, if these are of the kind that looks.
    pub(crate) fn beside(self, exercise: &Exercise, files: &[SourceFile]) -> OnDisk {
        if exercise.tests_in == TestsIn::OwnPackage {
            return self;
        }
        let entry = |f: &SourceFile| Entry {
            at: format!("{WORK}/{}", f.path).parse().expect("a box path"),
            source: Source::Bytes(f.content.clone().into_bytes()),
        };
        OnDisk { beside: files.iter().map(entry).collect(), ..self }
    }
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
    Ok(OnDisk { _folder: folder, path, beside: vec![] })
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
    let own = import_path(exercise);
    let tested = match compile_tests(go, sandbox, &own, exercise, files, scope, flavour)? {
        Built::Done(packages) => packages,
        Built::Refused(d) => return Ok(Built::Refused(d)),
        Built::Limit(k) => return Ok(Built::Limit(k)),
    };
    // The tests' package comes last.
    let tests_path = tested.last().map_or(own.as_str(), |(path, _)| path);
    let budgets = exercise.budgets.iter().flat_map(|b| &b.each).filter(|_| scope == Scope::All);
    let benchmarks: Vec<&str> = budgets.map(|b| b.benchmark.as_str()).collect();
    let main_source = main_source(go, tests_path, &exercise.tests_in, tests, &benchmarks);
    let dependencies: Vec<(&str, &Archive)> =
        tested.iter().map(|(path, made)| (path.as_str(), made)).collect();
    let package = Package {
        path: "main",
        files: &[("main/main.go", &main_source)],
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
    let Built::Done(main) = go.compile(sandbox, Flavour::Plain, &package)? else { return Ok(None) };
    match go.link(sandbox, Flavour::Plain, &main, &[])? {
        Built::Done(program) => Ok(Some(program)),
        Built::Refused(_) | Built::Limit(_) => Ok(None),
    }
}

/// The candidate's package and the tests: the archives with their import paths, that of the tests last.
pub(crate) fn compile_tests(
    go: &Go,
    sandbox: &dyn Sandbox,
    own: &str,
    exercise: &Exercise,
    files: &[SourceFile],
    scope: Scope,
    flavour: Flavour,
) -> Result<Built<Vec<(String, Archive)>>, Fault> {
    let tests = test_sources(exercise, scope);
    if let TestsIn::CandidatesPackage { .. } = exercise.tests_in {
        return Ok(match compile_submission(go, sandbox, own, exercise, files, &tests, flavour)? {
            Built::Done(archive) => Built::Done(vec![(own.to_owned(), archive)]),
            Built::Refused(d) => Built::Refused(missing_api(d)?),
            Built::Limit(k) => Built::Limit(k),
        });
    }
    let archive = match compile_submission(go, sandbox, own, exercise, files, &[], flavour)? {
        Built::Done(archive) => archive,
        Built::Refused(d) => return Ok(Built::Refused(d)),
        Built::Limit(k) => return Ok(Built::Limit(k)),
    };
    let path = format!("{own}_test");
    let package = Package {
        path: &path,
        files: &borrowed(&tests),
        language: LANGUAGE,
        library: Library::All,
        dependencies: &[(own, &archive)],
    };
    Ok(match go.compile(sandbox, flavour, &package)? {
        Built::Done(tests) => Built::Done(vec![(own.to_owned(), archive), (path, tests)]),
        Built::Refused(d) => Built::Refused(missing_api(d)?),
        Built::Limit(k) => Built::Limit(k),
    })
}

/// Whether the candidate's package compiles by itself.
pub(crate) fn compiles(
    go: &Go,
    sandbox: &dyn Sandbox,
    exercise: &Exercise,
    files: &[SourceFile],
) -> Result<bool, Fault> {
    let own = import_path(exercise);
    let path = if exercise.kind == Kind::Exhibit { "main" } else { &own };
    let built = compile_submission(go, sandbox, path, exercise, files, &[], Flavour::Plain)?;
    Ok(matches!(built, Built::Done(_)))
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
    go.compile(sandbox, flavour, &package)
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

fn test_sources(exercise: &Exercise, scope: Scope) -> Vec<Sourced<'_>> {
    let mut files: Vec<&TestFile> = exercise.visible.iter().collect();
    if scope == Scope::All {
        files.extend(&exercise.hidden);
    }
    files.into_iter().map(|f| (format!("{TESTS}/{}", f.name), f.content.as_str())).collect()
}

/// The tests did not compile against the candidate's package: its API is not the asked one. The words are kept, the places
/// are not (they lie in tests that may be hidden). What a candidate's file says only together with the tests, such as a name that
/// both declare, is said as it stands.
fn missing_api(diagnostics: Vec<Diagnostic>) -> Result<Vec<Diagnostic>, Fault> {
    let known = |d: &Diagnostic| d.folder.is_empty() || [TESTS, SUBMISSION].contains(&d.folder.as_str());
    if let Some(d) = diagnostics.iter().find(|d| !known(d) || d.message.starts_with("could not import")) {
        return Err(Fault::new(format!("the tests do not compile: {}", d.message)));
    }
    let (clashes, diagnostics): (Vec<_>, Vec<_>) =
        diagnostics.into_iter().partition(|d| d.folder == SUBMISSION);
    let words = diagnostics.into_iter().map(|d| format!("the tests need the exercise's API: {}", d.message));
    let mut once: Vec<String> = Vec::new();
    for word in words {
        if !once.contains(&word) {
            once.push(word);
        }
    }
    let placeless =
        once.into_iter().map(|message| Diagnostic { folder: String::new(), position: None, message });
    Ok(clashes.into_iter().chain(placeless).collect())
}

/// Where in the box the candidate's files lie for tests that look for them.
const WORK: &str = "work";

/// The statement of a `main` that takes tests to the files that they look for.
pub(crate) fn work(tests_in: &TestsIn) -> String {
    match tests_in {
        TestsIn::OwnPackage => String::new(),
        TestsIn::CandidatesPackage { .. } => format!("\tharness.Foreign({WORK:?}, \"tmp\")\n"),
    }
}

fn main_source(
    go: &Go,
    tests_path: &str,
    tests_in: &TestsIn,
    tests: &[PlannedTest],
    benchmarks: &[&str],
) -> String {
    let table: String = tests.iter().map(|t| format!("\t\t{{Name: {0:?}, F: x.{0}}},\n", t.name)).collect();
    let work = work(tests_in);
    let measured: String = benchmarks.iter().map(|b| format!("\t\t{{Name: {b:?}, F: x.{b}}},\n")).collect();
    let measured = if measured.is_empty() {
        measured
    } else {
        format!("\tharness.Benchmarks({SUBMISSION:?}, []testing.InternalBenchmark{{\n{measured}\t}})\n")
    };
    format!(
        "package main\n\nimport (\n\t\"testing\"\n\n\t{:?}\n\tx {tests_path:?}\n)\n\nfunc main() {{\n{work}{measured}\tharness.Main({SUBMISSION:?}, []testing.InternalTest{{\n{table}\t}})\n}}\n",
        go.harness(),
    )
}

/// A job that runs the program at `path`.
pub(crate) fn job(go: &Go, path: &Path, flavour: Flavour) -> Result<Job, Fault> {
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
