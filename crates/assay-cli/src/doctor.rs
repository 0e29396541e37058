use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use assay_content::Kind;
use assay_core::{Submission, Verdict};
use assay_grade::Options;
use assay_sandbox::{Installed, Layer, Leftover, Oci, OciConfig, Sandbox as _};
use serde::Serialize;

use crate::args::JsonArg;
use crate::backend::{self, Backend};
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::shelf::Shelf;
use crate::text::{BAD, BOLD, DIM, GOOD, count, inert, inert_json, millis, paint};
use crate::{engine, out, runs};

/// Say what this machine offers and what is missing.
pub(crate) fn run(args: JsonArg, places: &Places) -> Result<Exit, Problem> {
    let findings = {
        let progress = Progress::new();
        examine(places, &progress)
    };
    let healthy = findings.iter().all(|f| f.state != State::Missing);
    let text = if args.json {
        inert_json(&Answer { healthy, findings: &findings })
    } else {
        table(&findings, healthy)
    };
    out::result(&text)?;
    Ok(Exit::when(healthy))
}

#[derive(Debug, Serialize)]
struct Answer<'a> {
    healthy: bool,
    findings: &'a [Finding],
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    /// What.
    what: String,
    /// How it is.
    state: State,
    /// What was seen.
    seen: String,
    /// What to do; empty when nothing has to be done.
    advice: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// As it should be.
    Good,
    /// Not there, and assay works without, with less.
    Less,
    /// Not there, and assay does not work as it should.
    Missing,
}

fn good(what: &str, seen: impl Into<String>) -> Finding {
    Finding { what: what.to_owned(), state: State::Good, seen: seen.into(), advice: String::new() }
}

fn missing(what: &str, problem: Problem) -> Finding {
    Finding { what: what.to_owned(), state: State::Missing, seen: problem.what, advice: problem.help }
}

fn examine(places: &Places, progress: &Progress) -> Vec<Finding> {
    let mut findings = vec![data(&places.data), toolchain(places, progress), content(places)];
    let weaker = places.allow_fallback || places.backend == Backend::Wasi;
    findings.extend(assay_sandbox::layers().into_iter().map(|l| layer(l, weaker)));
    // Before anything is tried out, which would remove them.
    findings.push(leftovers(&assay_sandbox::leftovers()));
    findings.extend(runtimes(backend::runtimes(), &places.backend));
    findings.push(wasm(places));
    if findings.iter().all(|f| f.state != State::Missing) {
        findings.push(grading(places, progress));
    }
    findings
}

/// Whether runs can be kept.
fn data(dir: &Path) -> Finding {
    let opened = runs::block_on(async {
        let store = assay_store::Store::open(dir).await?;
        let answered = store.probe().await;
        store.close().await;
        Ok(answered?)
    });
    match opened {
        Ok(()) => good("data folder", format!("{} can be written", dir.display())),
        Err(problem) => missing("data folder", problem),
    }
}

fn toolchain(places: &Places, progress: &Progress) -> Finding {
    match engine::toolchain(places, progress) {
        Ok(go) => {
            good("Go toolchain", format!("{}, standard library in {}", go.version(), go.prepared().display()))
        }
        Err(problem) => missing("Go toolchain", problem),
    }
}

fn content(places: &Places) -> Finding {
    match Shelf::open(places) {
        Ok(shelf) if shelf.errors.is_empty() => {
            good("exercises", format!("{} are sound", shelf.catalogue().len()))
        }
        Ok(shelf) => {
            let errors: Vec<String> = shelf.errors.iter().map(ToString::to_string).collect();
            missing("exercises", Problem::input(errors.join("\n"), "mend these places"))
        }
        Err(problem) => missing("exercises", problem),
    }
}

/// One layer of the box. Where the weaker box is allowed, a missing one is no illness.
fn layer(layer: Layer, allow_fallback: bool) -> Finding {
    let state = match (layer.present, allow_fallback) {
        (true, _) => State::Good,
        (false, true) => State::Less,
        (false, false) => State::Missing,
    };
    Finding { what: layer.name, state, seen: layer.why, advice: layer.advice }
}

/// The box for WebAssembly, tried out. Only where it was asked for does it have to work.
fn wasm(places: &Places) -> Finding {
    match Backend::Wasi.wasi(1, places) {
        Ok(_) => good("WebAssembly", "a module ran: --backend wasi"),
        Err(problem) => Finding {
            what: "WebAssembly".to_owned(),
            state: less(places.backend == Backend::Wasi),
            seen: problem.what,
            advice: problem.help,
        },
    }
}

/// Installed container runtimes, each tried out. Only one that was asked for has to work.
fn runtimes(installed: Vec<Installed>, wanted: &Backend) -> Vec<Finding> {
    if installed.is_empty() {
        let seen = "none installed: boxes are made by the jail".to_owned();
        let (what, state) = ("container runtimes".to_owned(), less(matches!(wanted, Backend::Oci(_))));
        return vec![Finding {
            what,
            state,
            seen,
            advice: "crun, runc or runsc, for --backend oci".to_owned(),
        }];
    }
    installed.into_iter().map(|one| runtime(&one, wanted)).collect()
}

fn runtime(one: &Installed, wanted: &Backend) -> Finding {
    let what = format!("runtime {}", one.name);
    match Oci::start(OciConfig::new(&one.path)) {
        Ok(oci) if oci.hands_down_descriptors() => {
            good(&what, format!("{}: --backend {}", oci.version(), oci.name()))
        }
        Ok(oci) => Finding {
            what,
            state: less(*wanted == Backend::Oci(Some(one.name.to_owned()))),
            seen: format!("{}: cannot hand descriptors to a program, which gradings need", oci.version()),
            advice: "a newer one, or another runtime; `assay box` works with it".to_owned(),
        },
        Err(fault) => Finding {
            what,
            state: less(*wanted == Backend::Oci(Some(one.name.to_owned()))),
            seen: fault.what,
            advice: fault.advice,
        },
    }
}

/// Whether something was asked for decides whether its absence is an illness.
fn less(asked_for: bool) -> State {
    if asked_for { State::Missing } else { State::Less }
}

/// What servers that died left behind; the next start removes it.
fn leftovers(left: &[Leftover]) -> Finding {
    const WHAT: &str = "leftovers";
    let names: Vec<String> = left
        .iter()
        .map(|one| match one {
            Leftover::Cgroup(path, members) => {
                format!("{} with {}", path.display(), count(*members, "member"))
            }
            Leftover::Helper(pid) => format!("helper process {pid}"),
            Leftover::Folder(path) => format!("folder {}", path.display()),
        })
        .collect();
    match names.as_slice() {
        [] => good(WHAT, "none"),
        _ => Finding {
            what: WHAT.to_owned(),
            state: State::Less,
            seen: names.join(", "),
            advice: "the next grading removes them".to_owned(),
        },
    }
}

/// The whole way once: a right solution of the first exercise must be accepted.
fn grading(places: &Places, progress: &Progress) -> Finding {
    const WHAT: &str = "a grading";
    let graded = || {
        let shelf = Shelf::open(places)?;
        let first = shelf.catalogue().iter().find(|e| e.kind != Kind::Exhibit && !e.solutions.is_empty());
        let Some(exercise) = first else { return Ok(good(WHAT, "no exercise with tests to try")) };
        let submission = Submission::new(exercise.slug.clone(), exercise.solutions[0].files.clone())
            .map_err(|e| Problem::input(e.to_string(), ""))?;
        let grader = engine::grader(places, 1, progress)?;
        let start = Instant::now();
        let report = engine::grade(&grader, exercise, &submission, Options::default(), progress)?;
        let took = millis(start.elapsed().as_millis() as u64);
        let seen = format!("a right solution of {} is {} after {took}", exercise.slug, report.verdict);
        if report.verdict == Verdict::Accepted {
            return Ok(good(WHAT, seen));
        }
        let help = format!("{}; `assay prove {}` says more", report.summary, exercise.slug);
        Ok(missing(WHAT, Problem::input(seen, help)))
    };
    graded().unwrap_or_else(|problem| missing(WHAT, problem))
}

fn table(findings: &[Finding], healthy: bool) -> String {
    let width = findings.iter().map(|f| f.what.chars().count()).max().unwrap_or_default();
    let mut out = String::new();
    for f in findings {
        let (style, mark) = match f.state {
            State::Good => (GOOD, '●'),
            State::Less => (DIM, '○'),
            State::Missing => (BAD, '✕'),
        };
        let seen = inert(&f.seen).replace('\n', &format!("\n{:width$}    ", ""));
        let _ = writeln!(out, "{} {:<width$}  {seen}", paint(style, &mark.to_string()), f.what);
        if !f.advice.is_empty() {
            let _ = writeln!(out, "  {:<width$}  {}", "", paint(DIM, &format!("→ {}", inert(&f.advice))));
        }
    }
    let words = if healthy { paint(GOOD, "healthy") } else { paint(BAD, "not healthy: see ✕") };
    let _ = writeln!(out, "{}", paint(BOLD, &words));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_says_why_and_what_to_do() {
        let absent = |name: &str| Layer {
            name: name.into(),
            present: false,
            why: "EPERM".into(),
            advice: "allow user namespaces".into(),
        };
        let left = [Leftover::Cgroup("/sys/fs/cgroup/memory/assay-1".into(), 2), Leftover::Helper(41)];
        let findings = [
            good("Go toolchain", "go1.27.3 linux/amd64"),
            missing("exercises", Problem::input("a: x\nb: y", "mend these places")),
            layer(absent("pid namespace"), false),
            layer(absent("landlock"), true),
            leftovers(&left),
            leftovers(&[]),
        ];
        insta::assert_snapshot!(anstream::adapter::strip_str(&table(&findings, false)).to_string());
    }
}
