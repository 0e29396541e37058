use assay_core::Verdict;
use assay_grade::{Options, Scope};
use assay_store::FinishedRun;

use crate::args::CheckArgs;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::shelf::Shelf;
use crate::text::inert_json;
use crate::{engine, folder, marker, out, report, runs};

/// Grade the Go files of a folder, keep the run and show the report.
pub(crate) fn run(args: CheckArgs, places: &Places) -> Result<Exit, Problem> {
    folder::must_be_folder(&args.dir)?;
    let slug = match args.exercise {
        Some(slug) => slug,
        None => marker::read(&args.dir)?,
    };
    let shelf = Shelf::open(places)?;
    let exercise = shelf.get(&slug)?;
    let submission = folder::read(&args.dir, slug)?;
    let scope = if args.visible { Scope::Visible } else { Scope::All };
    let found = {
        let progress = Progress::new();
        let grader = engine::grader(places, 1, &progress)?;
        engine::grade(&grader, exercise, &submission, Options { seed: args.seed, scope }, &progress)?
    };
    let run = FinishedRun { submission, scope: engine::stored(scope), report: found };
    let id = match runs::keep(&places.data, &run) {
        Ok(id) => {
            out::note(&format!("run {id}"));
            Some(id)
        }
        Err(problem) => {
            out::problem(&problem);
            out::note("the run is not kept, so it cannot be replayed; the verdict stands");
            None
        }
    };
    let text = if args.json {
        inert_json(&run.report)
    } else {
        report::render(&run.report, &engine::sources(exercise, &run.submission), id)
    };
    out::result(&text)?;
    Ok(Exit::when(run.report.verdict == Verdict::Accepted))
}
