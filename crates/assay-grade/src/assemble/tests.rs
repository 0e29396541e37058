//! The candidate's package and the tests in one program.

use assay_content::{Exercise, TestFile, TestsIn};
use assay_core::{Fault, SourceFile};
use assay_go::{Archive, Built, Diagnostic, Flavour, Go, LANGUAGE, Library, Package, Program};
use assay_sandbox::Sandbox;

use super::{Sourced, borrowed, compile_submission, import_path, work};
use crate::Scope;
use crate::plan::PlannedTest;
use crate::trace::{SUBMISSION, TESTS};

/// Puts programs of tests together.
#[derive(Clone, Copy)]
pub(crate) struct Builder<'a> {
    pub(crate) go: &'a Go,
    pub(crate) sandbox: &'a dyn Sandbox,
    pub(crate) exercise: &'a Exercise,
    /// The candidate's.
    pub(crate) files: &'a [SourceFile],
    /// Their outline, as the screener gives it; empty where there is none.
    pub(crate) outline: &'a [SourceFile],
    /// Which tests are compiled.
    pub(crate) scope: Scope,
    pub(crate) flavour: Flavour,
}

/// Packages by import path, that of the tests last.
type Packages = Vec<(String, Archive)>;

/// Go on with what was made, or that it was not is the answer.
macro_rules! made {
    ($built:expr) => {
        match $built {
            Built::Done(made) => made,
            Built::Refused(diagnostics) => return Ok(Built::Refused(diagnostics)),
            Built::Limit(killed) => return Ok(Built::Limit(killed)),
        }
    };
}

impl Builder<'_> {
    /// The package of a candidate, the tests, the harness: a program that knows `tests` by their places.
    pub(crate) fn program(self, tests: &[PlannedTest]) -> Result<Built<Program>, Fault> {
        let main = self.main_source(tests);
        let own = made!(self.own()?);
        match self.with_detached_tests(&own, &main) {
            Ok(Some(program)) => return Ok(Built::Done(program)),
            Ok(None) => {}
            // The ordinary way says whether it is the machine's fault.
            Err(fault) => {
                tracing::warn!("tests of {} are compiled with a submission: {fault}", self.exercise.slug);
            }
        }
        let packages = made!(self.with_tests(own)?);
        let main = self.main(&main, &packages)?;
        self.link(&main, &packages)
    }

    /// The candidate's package and the tests, for a `main` of the caller's.
    pub(crate) fn packages(self) -> Result<Built<Packages>, Fault> {
        let own = made!(self.own()?);
        self.with_tests(own)
    }

    /// Import path of the package that the tests are in.
    pub(crate) fn tests_path(self) -> String {
        let own = import_path(self.exercise);
        match self.exercise.tests_in {
            TestsIn::OwnPackage => format!("{own}_test"),
            TestsIn::CandidatesPackage { .. } => own,
        }
    }

    pub(super) fn link(self, main: &Archive, packages: &Packages) -> Result<Built<Program>, Fault> {
        self.go.link(self.sandbox, self.flavour, main, &dependencies(packages))
    }

    /// The candidate's package, with the tests if they stand in it.
    fn own(self) -> Result<Built<Archive>, Fault> {
        match self.exercise.tests_in {
            TestsIn::OwnPackage => self.compile(&[]),
            TestsIn::CandidatesPackage { .. } => {
                without_places(self.compile(&test_sources(self.exercise, self.scope))?)
            }
        }
    }

    fn compile(self, tests: &[Sourced<'_>]) -> Result<Built<Archive>, Fault> {
        let path = import_path(self.exercise);
        compile_submission(self.go, self.sandbox, &path, self.exercise, self.files, tests, self.flavour)
    }

    /// That package and the tests' own, if they have one.
    fn with_tests(self, own: Archive) -> Result<Built<Packages>, Fault> {
        let mut packages = vec![(import_path(self.exercise), own)];
        if self.exercise.tests_in == TestsIn::OwnPackage {
            let tests = made!(without_places(self.tests_alone(&packages)?)?);
            packages.push((self.tests_path(), tests));
        }
        Ok(Built::Done(packages))
    }

    /// The package of the tests, which imports `packages`.
    pub(super) fn tests_alone(self, packages: &Packages) -> Result<Built<Archive>, Fault> {
        let sources = test_sources(self.exercise, self.scope);
        let package = Package {
            path: &self.tests_path(),
            files: &borrowed(&sources),
            language: LANGUAGE,
            library: Library::All,
            dependencies: &dependencies(packages),
        };
        self.go.compile(self.sandbox, self.flavour, &package)
    }

    pub(super) fn main(self, source: &str, packages: &Packages) -> Result<Archive, Fault> {
        let package = Package {
            path: "main",
            files: &[("main/main.go", source)],
            language: LANGUAGE,
            library: Library::All,
            dependencies: &dependencies(packages),
        };
        match self.go.compile(self.sandbox, self.flavour, &package)? {
            Built::Done(archive) => Ok(archive),
            other => Err(Fault::new(format!("the tests' own main does not compile: {other:?}"))),
        }
    }

    fn main_source(self, tests: &[PlannedTest]) -> String {
        let entry = |name: &str| format!("\t\t{{Name: {name:?}, F: x.{name}}},\n");
        let table: String = tests.iter().map(|t| entry(&t.name)).collect();
        let budgets = self.exercise.budgets.iter().flat_map(|b| &b.each).filter(|_| self.scope == Scope::All);
        let mut measured: String = budgets.map(|b| entry(&b.benchmark)).collect();
        if !measured.is_empty() {
            measured = format!(
                "\tharness.Benchmarks({SUBMISSION:?}, []testing.InternalBenchmark{{\n{measured}\t}})\n"
            );
        }
        format!(
            "package main\n\nimport (\n\t\"testing\"\n\n\t{:?}\n\tx {:?}\n)\n\nfunc main() {{\n{}{measured}\tharness.Main({SUBMISSION:?}, []testing.InternalTest{{\n{table}\t}})\n}}\n",
            self.go.harness(),
            self.tests_path(),
            work(&self.exercise.tests_in),
        )
    }
}

fn dependencies(packages: &Packages) -> Vec<(&str, &Archive)> {
    packages.iter().map(|(path, made)| (path.as_str(), made)).collect()
}

pub(super) fn test_sources(exercise: &Exercise, scope: Scope) -> Vec<Sourced<'_>> {
    let mut files: Vec<&TestFile> = exercise.visible.iter().collect();
    if scope == Scope::All {
        files.extend(&exercise.hidden);
    }
    files.into_iter().map(|f| (format!("{TESTS}/{}", f.name), f.content.as_str())).collect()
}

/// What the compiler says of tests is said as [`missing_api`] does.
fn without_places<T>(built: Built<T>) -> Result<Built<T>, Fault> {
    Ok(match built {
        Built::Refused(diagnostics) => Built::Refused(missing_api(diagnostics)?),
        other => other,
    })
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
