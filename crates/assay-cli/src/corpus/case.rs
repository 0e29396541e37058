//! A Go file with tests in it, as a submission and an exercise that runs them: the code under test and the tests are one file in these
//! collections, so the file is the submission, and a test file of ours calls its tests.

use std::fmt::Write as _;
use std::time::Duration;

use assay_content::{Exercise, ExerciseLimits, Expect, Kind, Repetitions, TestFile, TestsIn, imports};
use assay_core::{Evidence, Report, SourceFile, Submission, Verdict};

use crate::problem::Problem;

/// One grading, and what should come of it.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) exercise: Exercise,
    pub(super) submission: Submission,
    /// The same as it lay in its folder, for the bare tool: file name and text.
    pub(super) files: Vec<(String, String)>,
    pub(super) expectations: Vec<Expected>,
}

/// What is known of a case, or of one of its tests.
pub(super) struct Expected {
    /// One test, or all together.
    pub(super) test: Option<String>,
    pub(super) label: String,
    /// The verdicts that say it rightly; none if nothing is wrong.
    pub(super) verdicts: Vec<Verdict>,
}

/// One test of ours: its name, and the call in it of what is to be tested, which is imported as `x`.
pub(super) struct Call {
    pub(super) test: String,
    pub(super) call: String,
}

impl Call {
    /// Of a test of the collection's own.
    pub(super) fn of_test(test: &str) -> Call {
        Call { test: test.to_owned(), call: format!("x.{test}(t)") }
    }
}

/// How long and how often the tests of a case run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// Version of the language that the collection was written in.
    pub(super) language: &'static str,
    pub(super) repetitions: u32,
    pub(super) stress: Duration,
}

/// A case of `files` (name and text, in a package `package`), which `calls` run.
pub(super) fn case(
    name: &str,
    package: &str,
    files: Vec<(String, String)>,
    calls: &[Call],
    effort: Effort,
    expectations: Vec<Expected>,
) -> Result<Case, Problem> {
    let unusable =
        |why: String| Problem::input(format!("{name} cannot be graded: {why}"), "look at its files");
    let slug: assay_core::Slug = "corpus".parse().map_err(|e| unusable(format!("{e}")))?;
    let mut sources = vec![];
    for (path, text) in &files {
        // Go would not compile it into the package under its own name.
        let path = format!("{}.go", path.trim_end_matches(".go").trim_end_matches("_test").to_lowercase());
        let path = path.parse().map_err(|e| unusable(format!("{e}")))?;
        sources.push(SourceFile { path, content: in_package(text, package) });
    }
    let imports = files.iter().flat_map(|(_, text)| imports(text)).collect();
    let submission = Submission::new(slug.clone(), sources.clone()).map_err(|e| unusable(format!("{e}")))?;
    let hidden = TestFile {
        name: "corpus_test.go".parse().map_err(|e| unusable(format!("{e}")))?,
        content: tests_calling(package, calls),
        tests: calls.iter().map(|call| call.test.clone()).collect(),
    };
    let seconds = Duration::from_secs;
    let limits = ExerciseLimits { wall: seconds(60), step: seconds(15), idle: seconds(4), memory: 512 << 20 };
    let start_expect = Expect { verdict: Verdict::Failed, tests: vec![], phrase: None, passes: vec![] };
    let exercise = Exercise {
        slug,
        version: String::new(),
        title: name.to_owned(),
        summary: String::new(),
        kind: Kind::Repair,
        part: String::new(),
        question: String::new(),
        topics: vec![],
        minutes: 1,
        package: package.to_owned(),
        language: effort.language.to_owned(),
        tests_in: TestsIn::OwnPackage,
        imports,
        limits,
        repetitions: Repetitions {
            plain: effort.repetitions,
            race: effort.repetitions,
            stress: effort.stress,
            seeds: 0,
        },
        budgets: None,
        phenomenon: None,
        prompt: String::new(),
        hints: vec![],
        debrief: None,
        equivalent: vec![],
        start: sources,
        start_expect,
        visible: vec![],
        hidden: vec![hidden],
        solutions: vec![],
        wrong: vec![],
    };
    Ok(Case { name: name.to_owned(), exercise, submission, files, expectations })
}

/// The text with another name in its package clause, on the same line.
fn in_package(text: &str, package: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if let Some(clause) = lines.iter_mut().find(|line| line.starts_with("package ")) {
        *clause = format!("package {package}");
    }
    lines.join("\n") + "\n"
}

fn tests_calling(package: &str, calls: &[Call]) -> String {
    let mut text =
        format!("package {package}_test\n\nimport (\n\t\"testing\"\n\n\tx \"assay.test/{package}\"\n)\n");
    for Call { test, call } in calls {
        let _ = write!(text, "\nfunc {test}(t *testing.T) {{ {call} }}\n");
    }
    text
}

/// The names of the tests of a file.
pub(super) fn tests(text: &str) -> Vec<String> {
    let name = |line: &str| {
        let (name, rest) = line.strip_prefix("func ")?.split_once('(')?;
        (name.starts_with("Test") && rest.contains("*testing.T)")).then(|| name.to_owned())
    };
    text.lines().filter_map(name).collect()
}

/// What a report says of one test, the worst of it.
pub(super) fn of_test(report: &Report, name: &str) -> (Verdict, String) {
    let of = |e: &Evidence| -> Option<(Verdict, String)> {
        let (verdict, test) = match e {
            Evidence::Race { test, .. } => (Verdict::DataRace, test),
            Evidence::Leak { test, .. } => (Verdict::Leak, test),
            Evidence::Deadlock { test, .. } => (Verdict::Deadlock, test),
            Evidence::Panic { test, .. } => (Verdict::Panic, test),
            Evidence::FailedTest { test, .. } => (Verdict::Failed, test),
            Evidence::Limit { test, .. } => (Verdict::TimeLimit, test),
            _ => return None,
        };
        (test == name).then(|| (verdict, e.headline()))
    };
    report.evidence.iter().filter_map(of).min().unwrap_or((Verdict::Accepted, String::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "// c\npackage a_test\n\nfunc TestA(t *testing.T) {}\nfunc TestHelp(n int) {}\n";

    #[test]
    fn a_file_is_read_as_gofmt_leaves_it() {
        assert_eq!(super::tests(FILE), ["TestA"]);
        assert!(in_package(FILE, "b").starts_with("// c\npackage b\n"));
    }
}
