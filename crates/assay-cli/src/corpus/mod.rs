//! `assay corpus`: whether what is known of code is found, on collections that lie in a folder: real bugs, and exercises with their
//! right solutions. Their code stays where it is.

mod bare;
mod case;
mod exercism;
mod goker;
mod leak;
mod race;
mod table;

use std::path::Path;
use std::time::Instant;

use assay_core::{Report, Verdict};
use assay_grade::{Grader, Options};
use serde::Serialize;

use crate::args::{CorpusArgs, CorpusName};
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::{engine, out};
use bare::Bare;
use case::Case;

/// How one case came out.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    /// What its collection says of it.
    label: String,
    verdict: Option<Verdict>,
    /// The pass that found it, and the schedule if it took one.
    pass: Option<String>,
    summary: String,
    found: bool,
    /// The kind of verdict that the label asks for; for a case without a fault, that nothing was found.
    right: bool,
    ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    bare: Option<Bare>,
}

impl Row {
    /// Of something that no grading is made of.
    fn ungraded(name: String, label: &str) -> Row {
        Row {
            name,
            label: label.to_owned(),
            verdict: None,
            pass: None,
            summary: String::new(),
            found: false,
            right: false,
            ms: 0,
            bare: None,
        }
    }
}

/// What a folder holds.
#[derive(Default)]
struct Collection {
    cases: Vec<Case>,
    /// What there is to say without a grading.
    rows: Vec<Row>,
}

/// Grade every case of a collection and say how many were found.
pub(crate) fn run(args: CorpusArgs, places: &Places) -> Result<Exit, Problem> {
    crate::folder::must_be_folder(&args.dir)?;
    let Collection { mut cases, mut rows } = read(&args)?;
    if !args.only.is_empty() {
        let wanted = |name: &str| args.only.iter().any(|word| name.contains(word.as_str()));
        cases.retain(|case| wanted(&case.name));
        rows.retain(|row| wanted(&row.name));
    }
    if cases.is_empty() && rows.is_empty() {
        return Err(Problem::input(
            format!("there is nothing of {} in {}", args.name.title(), args.dir.display()),
            args.name.advice(),
        ));
    }
    let progress = Progress::new();
    let grader = engine::grader(places, 1, &progress)?;
    let go = args.bare.then(|| engine::toolchain(places, &progress)).transpose()?;
    for (done, case) in cases.iter().enumerate() {
        progress.step(&format!("{} {}", args.name.title(), case.name), done, cases.len());
        let mut found = grade(&grader, case, args.seed);
        if let Some(go) = &go {
            for row in &mut found {
                row.bare = Some(bare::run(go, case, &row.name, &places.data)?);
            }
        }
        if args.verbose {
            for row in &found {
                out::note(&table::line(row));
            }
        }
        rows.extend(found);
    }
    drop(progress);
    out::result(&if args.json { table::json(args.name.title(), &rows) } else { table::human(&rows) })?;
    Ok(Exit::when(rows.iter().all(|row| row.right)))
}

fn read(args: &CorpusArgs) -> Result<Collection, Problem> {
    let dir: &Path = &args.dir;
    let cases = match args.name {
        CorpusName::Goker => goker::cases(dir, args.seconds)?,
        CorpusName::Race => race::cases(dir)?,
        CorpusName::Leak => leak::cases(dir)?,
        CorpusName::Exercism => return exercism::collection(dir),
    };
    Ok(Collection { cases, rows: vec![] })
}

fn grade(grader: &Grader, case: &Case, seed: Option<u64>) -> Vec<Row> {
    let begun = Instant::now();
    let options = Options { seed, ..Options::default() };
    // A case that cannot be graded is told as one that was not found; the others are still worth it.
    let report = grader.grade(&case.exercise, &case.submission, options, &|_| {});
    let ms = begun.elapsed().as_millis() as u64;
    case.expectations.iter().map(|expected| row(case, expected, &report, ms)).collect()
}

fn row(case: &Case, expected: &case::Expected, report: &Result<Report, assay_core::Fault>, ms: u64) -> Row {
    let name = expected.test.as_ref().map_or(case.name.clone(), |test| format!("{}/{test}", case.name));
    let label = expected.label.clone();
    let report = match report {
        Ok(report) => report,
        Err(fault) => {
            let summary = format!("not graded: {}", fault.what);
            return Row { summary, ms, ..Row::ungraded(name, &label) };
        }
    };
    let (verdict, summary) = match &expected.test {
        Some(test) if !report.passes.is_empty() => case::of_test(report, test),
        _ => (report.verdict, report.summary.clone()),
    };
    // Where it says nothing else, what did not even run shows nothing.
    let ran = !report.passes.is_empty() || expected.verdicts.contains(&report.verdict);
    // A test that is to have no race may well do something else that is wrong.
    let clean = expected.verdicts.is_empty() && verdict != Verdict::DataRace;
    let found = ran && !clean && verdict != Verdict::Accepted;
    let right =
        ran && if expected.verdicts.is_empty() { !found } else { expected.verdicts.contains(&verdict) };
    let failed = report.passes.iter().find(|p| p.verdict == verdict);
    let pass = failed.map(|p| match &p.schedule {
        Some(schedule) => format!("{} {schedule}", p.name),
        None => p.name.to_string(),
    });
    Row { name, label, verdict: Some(verdict), pass, summary, found, right, ms, bare: None }
}
