//! Tests that are compiled once: against the candidate's declarations alone, then linked with any package that declares the same.
//!
//! Tests in a package of their own see the candidate's declarations and nothing else of it. While only bodies change, the candidate's files
//! are all that is compiled. Where anything is not as it must be, the tests are compiled with the submission.

use std::sync::Arc;

use assay_content::{Exercise, TestsIn};
use assay_core::{Fault, SourceFile};
use assay_go::{Archive, Built, Detachable, Detached, Program};

use super::tests::{Builder, test_sources};
use super::{import_path, with_package};
use crate::Scope;

/// What tests name that measure memory or wait for it to be collected. A compiler that does not see the bodies of what is called keeps
/// more on the heap, so these see another program.
const MEASURING: [&str; 9] = [
    "AllocsPerRun",
    "testing.Benchmark",
    "MemStats",
    "\"/gc/",
    "\"/memory/",
    "SetFinalizer",
    "AddCleanup",
    "\"weak\"",
    "runtime/debug",
];

impl Builder<'_> {
    /// `own` linked with tests that know its declarations only; `None` where that cannot be.
    pub(super) fn with_detached_tests(self, own: &Archive, main: &str) -> Result<Option<Program>, Fault> {
        if self.outline.is_empty() || self.flavour.is_wasm() || !detachable(self.exercise, self.scope) {
            return Ok(None);
        }
        let Detachable::Yes(detached) = self.detached(main)? else { return Ok(None) };
        let path = import_path(self.exercise);
        let tests = match detached.fit(own) {
            Ok(tests) => tests,
            Err(why) => {
                tracing::debug!("tests of {} are compiled with a submission: {why}", self.exercise.slug);
                return Ok(None);
            }
        };
        let packages = vec![(path, own.clone()), (self.tests_path(), tests)];
        match self.link(detached.main(), &packages)? {
            Built::Done(program) => Ok(Some(program)),
            Built::Refused(_) | Built::Limit(_) => Ok(None),
        }
    }

    /// The tests and `main`, compiled against the outline: as they were kept, or made now and kept.
    fn detached(self, main: &str) -> Result<Detachable, Fault> {
        let key = self.key(main);
        if let Some(kept) = self.go.kept(&key) {
            return Ok(kept);
        }
        let made = self.detach(main)?.map_or(Detachable::No, |detached| Detachable::Yes(Arc::new(detached)));
        self.go.keep_detached(key, made.clone());
        Ok(made)
    }

    fn detach(self, main: &str) -> Result<Option<Detached>, Fault> {
        let path = import_path(self.exercise);
        let declared = with_package(&path, self.exercise, self.outline, &[], |package| {
            self.go.compile_declarations(self.sandbox, self.flavour, package)
        })?;
        let Built::Done(declared) = declared else { return Ok(None) };
        let mut packages = vec![(path.clone(), declared.clone())];
        let Built::Done(tests) = self.tests_alone(&packages)? else { return Ok(None) };
        packages.push((self.tests_path(), tests.clone()));
        let main = self.main(main, &packages)?;
        match Detached::new(&self.tests_path(), &tests, &path, &declared, main) {
            Ok(detached) => Ok(Some(detached)),
            Err(why) => {
                tracing::debug!("tests of {} are compiled with each submission: {why}", self.exercise.slug);
                Ok(None)
            }
        }
    }

    /// Stands for everything that the tests and `main` are made from.
    fn key(self, main: &str) -> String {
        let Exercise { slug, version, package, language, imports, .. } = self.exercise;
        let first = [slug.as_str(), version, package, language, main];
        let imports = imports.iter().map(String::as_str).chain(["imports"]);
        let tests = test_sources(self.exercise, self.scope);
        let tests = tests.iter().flat_map(|(at, text)| [at.as_str(), text]).chain(["tests"]);
        let outline = self.outline.iter().flat_map(|SourceFile { path, content }| [path.as_str(), content]);
        self.go.key(self.flavour, first.into_iter().chain(imports).chain(tests).chain(outline))
    }
}

/// Whether the tests of an exercise run alike however much of the candidate's package their compiler saw. What is measured is compiled in
/// one way with its reference.
fn detachable(exercise: &Exercise, scope: Scope) -> bool {
    let measures = |text: &str| MEASURING.iter().any(|name| text.contains(name));
    exercise.tests_in == TestsIn::OwnPackage
        && exercise.budgets.is_none()
        && !test_sources(exercise, scope).iter().any(|(_, text)| measures(text))
}
