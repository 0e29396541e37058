//! A report for somebody who reads it in ten seconds and did not write it: the verdict, the sentence, the first proof with
//! the code beside it, then the tests, the time, and how to see it again.

mod evidence;
mod excerpt;
mod figures;
mod goroutines;
mod observation;
mod passes;
mod vet;

use std::fmt::Write as _;

use assay_core::{Evidence, Report, SubmissionId};

pub(crate) use excerpt::Source;

use crate::out;
use crate::text::{BOLD, DIM, inert, inert_json, millis, paint, verdict_style};

/// Proofs after the first that are named.
const FURTHER: usize = 5;

/// Where a run can be seen again.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Again<'a> {
    /// Nowhere.
    No,
    /// Among those that are kept here.
    Kept(SubmissionId),
    /// On a page.
    Page(&'a str),
}

/// What a command prints of a graded run: the report, or all of it in JSON.
pub(crate) fn result(report: &Report, sources: &[Source<'_>], again: Again<'_>, json: bool) -> String {
    if json {
        return inert_json(report);
    }
    let seen = report.observed.as_ref().map(|seen| observation::render(seen, out::width()));
    render(report, sources, again) + &seen.unwrap_or_default()
}

/// The whole report, with colours.
pub(crate) fn render(report: &Report, sources: &[Source<'_>], again: Again<'_>) -> String {
    let verdict = report.verdict;
    let mark = paint(verdict_style(verdict), &format!("{} {verdict}", verdict.mark()));
    let mut out = format!("{mark}  {}\n", paint(BOLD, report.exercise.slug.as_str()));
    let _ = writeln!(out, "{}\n", inert(&report.summary));
    out.push_str(&proof(report, sources));
    out.push_str(&vet::render(&report.vet));
    out.push_str(&passes::render(report));
    let _ = writeln!(out, "  {}  {}", paint(DIM, "time "), paint(DIM, &times(report)));
    let _ = match again {
        Again::No => Ok(()),
        Again::Kept(run) => writeln!(out, "  {}  assay replay {run}", paint(DIM, "again")),
        Again::Page(url) => writeln!(out, "  {}  {url}", paint(DIM, "page ")),
    };
    out
}

/// The first proof in full (of compile errors and refusals: all), the others by their first line.
fn proof(report: &Report, sources: &[Source<'_>]) -> String {
    let whole = |e: &Evidence| matches!(e, Evidence::CompileError { .. } | Evidence::Rejection { .. });
    let full = report.evidence.iter().take_while(|e| whole(e)).count().max(1).min(report.evidence.len());
    let mut out = String::new();
    for item in &report.evidence[..full] {
        let _ = writeln!(out, "{}", evidence::render(item, &report.summary, sources).trim_end());
        out.push('\n');
    }
    let mut rest: Vec<String> = Vec::new();
    for item in &report.evidence[full..] {
        let line = item.headline();
        if !rest.contains(&line) && !report.summary.contains(&line) {
            rest.push(line);
        }
    }
    for line in rest.iter().take(FURTHER) {
        let _ = writeln!(out, "  also {}", inert(line).replace('\n', " "));
    }
    if rest.len() > FURTHER {
        let _ = writeln!(out, "  … and {} more in --json", rest.len() - FURTHER);
    }
    if !rest.is_empty() {
        out.push('\n');
    }
    out
}

/// Where the time went: stages in the order in which they happen, the total last.
fn times(report: &Report) -> String {
    const ORDER: [&str; 6] = ["screen", "plain build", "race build", "plain", "race", "total"];
    let stage = |key: &str| key.trim_end_matches("_ms").replace('_', " ");
    let mut parts: Vec<(String, u64)> = report.timings.iter().map(|(k, &ms)| (stage(k), ms)).collect();
    parts.sort_by_key(|(name, _)| ORDER.iter().position(|o| o == name).unwrap_or(ORDER.len() - 1));
    let parts: Vec<String> = parts.iter().map(|(name, ms)| format!("{name} {}", millis(*ms))).collect();
    let seed = format!("seed {}", report.seed);
    [parts.join(" · "), seed, report.toolchain.clone()]
        .into_iter()
        .filter(|p| !p.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

#[cfg(test)]
mod tests;

/// A small report for tests of other modules.
#[cfg(test)]
pub(crate) fn sample(verdict: assay_core::Verdict) -> Report {
    use assay_core::{ExerciseRef, PassName, PassReport, SCHEMA, Timings, Usage};
    let test = |name: &str, status, ms, visible| assay_core::TestResult {
        name: name.into(),
        status,
        duration_ms: ms,
        output: String::new(),
        visible,
        runs: 1,
        failures: u32::from(status == assay_core::TestStatus::Failed),
    };
    let good = verdict == assay_core::Verdict::Accepted;
    let status = if good { assay_core::TestStatus::Passed } else { assay_core::TestStatus::Failed };
    let pass = |name, verdict, repetitions, status| PassReport {
        name,
        verdict,
        repetitions,
        schedule: None,
        tests: vec![
            test("TestRunsAll", assay_core::TestStatus::Passed, 4, true),
            test("TestShutdownDrains", status, 12, false),
        ],
        usage: Usage { wall_ms: 80, cpu_ms: 60, memory_bytes: 30 << 20 },
    };
    Report {
        schema: SCHEMA.into(),
        exercise: ExerciseRef { slug: "worker-pool".parse().unwrap(), version: "00".into() },
        verdict,
        summary: "All tests passed in both passes.".into(),
        passes: vec![
            pass(PassName::Plain, assay_core::Verdict::Accepted, 1, assay_core::TestStatus::Passed),
            pass(PassName::Race, verdict, 10, status),
        ],
        evidence: vec![],
        figures: vec![],
        vet: vec![],
        seed: 7,
        toolchain: "go1.27.3 linux/amd64".into(),
        timings: Timings::from([
            ("build_ms".into(), 331),
            ("screen_ms".into(), 12),
            ("total_ms".into(), 1702),
        ]),
        not_run: vec![],
        observed: None,
    }
}
