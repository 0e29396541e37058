//! `go vet` of one package in the box, by driving the toolchain's own `vet` directly.
//!
//! Inside the box: `vet`, `std/` (the prepared archives, whose export data tells types), the sources under the paths that the compiler
//! has them at, and `vet.cfg`, which the go command would write: the unit checker's description of one package.

use std::collections::BTreeMap;
use std::time::Duration;

use assay_core::Fault;
use assay_sandbox::{BoxPath, Entry, Exit, Job, Limits, Outcome, Sandbox, Silent, Source};
use serde::{Deserialize, Serialize};

use crate::diagnostics::{self, Diagnostic};
use crate::{Flavour, Go, Package};

/// Analyzers whose findings are mistakes in code of the kind that exercises ask for, above all in its concurrency. The others of
/// `go vet` are about assembly, build tags, tests and packages that no candidate may import, or about taste.
const ANALYZERS: [&str; 10] = [
    "atomic",
    "copylocks",
    "defers",
    "errorsas",
    "loopclosure",
    "lostcancel",
    "nilfunc",
    "printf",
    "unusedresult",
    "waitgroup",
];

/// A finding of one analyzer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vetted {
    /// Its name, e.g. `copylocks`.
    pub analyzer: String,
    /// What it says, and where.
    pub said: Diagnostic,
}

/// Of the 250 lines of a usual solution it takes 15 ms and 14 MB, of the largest submission 200 ms and 50 MB (measured).
fn limits() -> Limits {
    Limits {
        wall: Duration::from_secs(5),
        cpu: Duration::from_secs(1),
        memory: 256 << 20,
        pids: 64,
        output: 1 << 20,
        disk: 0,
        ..Limits::default()
    }
}

/// What the unit checker reads; the names are its own.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Unit<'a> {
    #[serde(rename = "ID")]
    id: &'a str,
    compiler: &'a str,
    import_path: &'a str,
    go_version: String,
    go_files: Vec<&'a str>,
    /// Package path by what stands in an import.
    import_map: BTreeMap<&'a str, &'a str>,
    /// Archive by package path.
    package_file: BTreeMap<&'a str, String>,
    standard: BTreeMap<&'a str, bool>,
    vetx_only: bool,
    /// Where facts for packages that import this one would go: nobody does.
    vetx_output: &'a str,
}

/// Its answer: by unit, by analyzer.
type Answer = BTreeMap<String, BTreeMap<String, Said>>;

/// What one analyzer says.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Findings(Vec<Line>),
    /// The analyzer could not; the others could.
    #[expect(dead_code, reason = "it stands in the answer, and there is nothing in it for a candidate")]
    Failed {
        error: String,
    },
}

#[derive(Deserialize)]
struct Line {
    posn: String,
    message: String,
}

impl Go {
    /// What [`ANALYZERS`] say of a package without dependencies of its own, in the order of its lines. Nothing for code that does not
    /// compile, and for code that takes vet to a limit: it is advice.
    pub fn vet(&self, sandbox: &dyn Sandbox, package: &Package<'_>) -> Result<Vec<Vetted>, Fault> {
        let at = |text: &str| -> Result<BoxPath, Fault> {
            text.parse().map_err(|e: assay_sandbox::BoxPathError| Fault::new(e.to_string()))
        };
        let unit = serde_json::to_vec(&self.unit(package))
            .map_err(|e| Fault::new(format!("description of a package for vet: {e}")))?;
        let mut entries = vec![
            Entry { at: at("vet")?, source: Source::Host(self.tool("vet")) },
            Entry { at: at("std")?, source: Source::Host(self.archives(Flavour::Plain)) },
            Entry { at: at("vet.cfg")?, source: Source::Bytes(unit) },
        ];
        for (path, text) in package.files {
            entries.push(Entry { at: at(path)?, source: Source::Bytes(text.as_bytes().to_vec()) });
        }
        let analyzers = ANALYZERS.iter().map(|name| format!("-{name}"));
        let job = Job {
            tool: true,
            args: ["-json".to_owned()].into_iter().chain(analyzers).chain(["vet.cfg".to_owned()]).collect(),
            // One processor: the others are for what somebody waits for.
            env: vec![("GOMAXPROCS".into(), "1".into())],
            entries,
            limits: limits(),
            ..Job::new(at("vet")?)
        };
        answer(&sandbox.run(&job, &mut Silent)?, package)
    }

    fn unit<'a>(&'a self, package: &Package<'a>) -> Unit<'a> {
        let library: Vec<(&str, &str)> = self.importable(Flavour::Plain, package.library).collect();
        Unit {
            id: package.path,
            compiler: "gc",
            import_path: package.path,
            go_version: format!("go{}", package.language),
            go_files: package.files.iter().map(|(at, _)| *at).collect(),
            import_map: library.iter().map(|(import, _)| (*import, *import)).collect(),
            package_file: library.iter().map(|(import, file)| (*import, format!("std/{file}"))).collect(),
            standard: library.iter().map(|(import, _)| (*import, true)).collect(),
            vetx_only: false,
            vetx_output: "/dev/null",
        }
    }
}

fn answer(outcome: &Outcome, package: &Package<'_>) -> Result<Vec<Vetted>, Fault> {
    if outcome.killed.is_some() {
        return Ok(vec![]);
    }
    if outcome.succeeded() {
        return parse(&outcome.stdout.bytes, package);
    }
    let said = outcome.stderr.text();
    // What it says of code that does not compile begins with the place; everything else is about us.
    let is_of_the_code = |line: &str| line.strip_prefix("vet: ").is_some_and(|l| is_in(package, l));
    if outcome.exit == Exit::Code(1) && said.lines().next().is_some_and(is_of_the_code) {
        return Ok(vec![]);
    }
    let words: String = said.chars().take(400).collect();
    Err(Fault::new(format!("`vet` ended with {:?}: {words}", outcome.exit)))
}

/// Whether a line begins with a place in one of the package's files.
fn is_in(package: &Package<'_>, line: &str) -> bool {
    package.files.iter().any(|(at, _)| line.strip_prefix(at).is_some_and(|rest| rest.starts_with(':')))
}

/// The findings that lie in the package's files, in the order of their places.
fn parse(bytes: &[u8], package: &Package<'_>) -> Result<Vec<Vetted>, Fault> {
    let answer: Answer =
        serde_json::from_slice(bytes).map_err(|e| Fault::new(format!("vet's answer: {e}")))?;
    let mut found = Vec::new();
    for (analyzer, said) in answer.into_values().flatten() {
        let Said::Findings(lines) = said else { continue };
        let lines = lines.into_iter().filter(|line| is_in(package, &line.posn));
        found.extend(lines.filter_map(|line| {
            let said = diagnostics::positioned(&format!("{}: {}", line.posn, words(&line.message, package)))?;
            Some(Vetted { analyzer: analyzer.clone(), said })
        }));
    }
    found.sort_by(|a: &Vetted, b: &Vetted| {
        (&a.said.position, &a.analyzer).cmp(&(&b.said.position, &b.analyzer))
    });
    Ok(found)
}

/// Longest message, characters: it may quote an expression of the code.
const LONGEST: usize = 300;

/// A message on one line, with types named as the code names them: `pool.Pool` for `assay.test/pool.Pool`.
fn words(message: &str, package: &Package<'_>) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = match package.path.rsplit_once('/') {
        Some((parent, _)) => line.replace(&format!("{parent}/"), ""),
        None => line,
    };
    match line.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use assay_sandbox::{Captured, Killed, Usage};

    use super::*;
    use crate::{LANGUAGE, Library};

    const PACKAGE: Package<'static> = Package {
        path: "assay.test/pool",
        files: &[("submission/pool.go", ""), ("tests/shared.go", "")],
        language: LANGUAGE,
        library: Library::All,
        dependencies: &[],
    };

    fn outcome(exit: i32, killed: Option<Killed>, stdout: &str, stderr: &str) -> Outcome {
        let captured = |text: &str| Captured { bytes: text.as_bytes().to_vec(), truncated: false };
        Outcome {
            exit: Exit::Code(exit),
            killed,
            pids_refused: false,
            cpu_share_at_end: 0.0,
            usage: Usage::default(),
            stdout: captured(stdout),
            stderr: captured(stderr),
            outputs: vec![],
        }
    }

    /// `folder/file:line:column analyzer: message` of each finding.
    fn told(answer: Result<Vec<Vetted>, Fault>) -> Result<Vec<String>, String> {
        let line = |v: Vetted| {
            let at = v.said.position.unwrap();
            let place = format!("{}/{}:{}:{}", v.said.folder, at.file, at.line, at.column);
            format!("{place} {}: {}", v.analyzer, v.said.message)
        };
        answer.map(|all| all.into_iter().map(line).collect()).map_err(|fault| fault.what)
    }

    #[track_caller]
    fn check(stdout: &str, expect: &[&str]) {
        let got = told(answer(&outcome(0, None, stdout, ""), &PACKAGE));
        assert_eq!(got, Ok(expect.iter().map(|&e| e.to_owned()).collect()), "{stdout}");
    }

    #[test]
    fn findings_come_in_the_order_of_their_places() {
        check("{}", &[]);
        check(
            r#"{"u": {
                "atomic": [{"posn": "submission/pool.go:9:2", "message": "direct assignment to atomic value"}],
                "copylocks": [
                    {"posn": "submission/pool.go:10:1", "end": "submission/pool.go:10:4", "message": "Get passes lock by value: assay.test/pool.Pool contains sync.Mutex"},
                    {"posn": "submission/pool.go:9:2", "message": "b", "suggested_fixes": [{"message": "x", "edits": []}]}
                ]
            }}"#,
            &[
                "submission/pool.go:9:2 atomic: direct assignment to atomic value",
                "submission/pool.go:9:2 copylocks: b",
                "submission/pool.go:10:1 copylocks: Get passes lock by value: pool.Pool contains sync.Mutex",
            ],
        );
    }

    #[test]
    fn what_lies_elsewhere_or_failed_is_left_out() {
        check(
            r#"{"u": {
                "printf": {"error": "failed prerequisites: inspect"},
                "defers": [
                    {"posn": "", "message": "nowhere"},
                    {"posn": "-", "message": "nowhere"},
                    {"posn": "submission/other.go:1:1", "message": "a file of nobody"},
                    {"posn": "submission/pool.go", "message": "no line"},
                    {"posn": "tests/shared.go:3:1", "message": "ours"}
                ]
            }}"#,
            &["tests/shared.go:3:1 defers: ours"],
        );
    }

    #[test]
    fn a_message_is_one_bounded_line() {
        let long = "é".repeat(2 * LONGEST);
        let json = |message: &str| {
            format!(
                r#"{{"u": {{"printf": [{{"posn": "submission/pool.go:1:1", "message": "{message}"}}]}}}}"#
            )
        };
        check(&json("a\\n\\tb: c.go:1: d"), &["submission/pool.go:1:1 printf: a b: c.go:1: d"]);
        let cut = format!("submission/pool.go:1:1 printf: {}…", "é".repeat(LONGEST));
        check(&json(&long), &[&cut]);
    }

    #[test]
    fn only_what_is_about_the_code_is_no_fault() {
        let usage =
            "flag provided but not defined: -waitgroup\nvet is a tool for static analysis of Go programs.";
        for (exit, killed, stdout, stderr, is_fault) in [
            (1, None, "", "vet: submission/pool.go:12:13: undefined: x\n", false),
            (
                1,
                None,
                "",
                "vet: submission/pool.go:3:8: could not import os (can't resolve import \"os\")\n",
                false,
            ),
            (-1, Some(Killed::Cpu), "", "", false),
            (-1, Some(Killed::Memory), "{}", "", false),
            (1, None, "", usage, true),
            (
                1,
                None,
                "",
                "vet: cannot decode JSON config file vet.cfg: unexpected end of JSON input\n",
                true,
            ),
            (2, None, "", "panic: runtime error\n", true),
            (1, None, "", "", true),
            (0, None, "not JSON", "", true),
        ] {
            let got = told(answer(&outcome(exit, killed, stdout, stderr), &PACKAGE));
            assert_eq!(got.is_err(), is_fault, "{stdout} {stderr}: {got:?}");
            assert!(got.is_err() || got == Ok(vec![]), "{got:?}");
        }
    }
}
