use std::path::Path;
use std::sync::Arc;

use assay_content::{Exercise, is_exercism, load_exercism};
use assay_core::{Submission, Verdict};
use assay_grade::{Options, Scope};
use assay_store::FinishedRun;

use crate::args::CheckArgs;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::report::Again;
use crate::shelf::Shelf;
use crate::{engine, folder, marker, out, report, runs};

/// Grade the Go files of a folder, keep the run and show the report.
pub(crate) fn run(args: CheckArgs, places: &Places) -> Result<Exit, Problem> {
    folder::must_be_folder(&args.dir)?;
    let Task { exercise, submission, kept } = task(&args, places)?;
    let scope = if args.visible { Scope::Visible } else { Scope::All };
    let found = {
        let progress = Progress::new();
        let grader = engine::grader(places, 1, &progress)?;
        let options = Options { seed: args.seed, scope, observe: args.observe };
        engine::grade(&grader, &exercise, &submission, options, &progress)?
    };
    let run = FinishedRun { submission, scope: engine::stored(scope), report: found };
    let id = match kept.then(|| runs::keep(&places.data, &run)) {
        None => None,
        Some(Ok(id)) => {
            out::note(&format!("run {id}"));
            Some(id)
        }
        Some(Err(problem)) => {
            out::problem(&problem);
            out::note("the run is not kept, so it cannot be replayed; the verdict stands");
            None
        }
    };
    let again = id.map_or(Again::No, Again::Kept);
    let sources = engine::sources(&exercise, &run.submission);
    out::result(&report::result(&run.report, &sources, again, args.json))?;
    Ok(Exit::when(run.report.verdict == Verdict::Accepted))
}

/// What is graded against what.
struct Task {
    exercise: Arc<Exercise>,
    submission: Submission,
    /// Whether the run is kept: only for what the catalogue has can it be graded again.
    kept: bool,
}

fn task(args: &CheckArgs, places: &Places) -> Result<Task, Problem> {
    let slug = match &args.exercise {
        Some(slug) => slug.clone(),
        None if is_exercism(&args.dir) => return exercism(&args.dir),
        None => marker::read(&args.dir)?.exercise,
    };
    let exercise = Shelf::open(places)?.get(&slug)?.clone();
    Ok(Task { exercise, submission: folder::read(&args.dir, slug)?, kept: true })
}

/// A folder that brings its own tests.
fn exercism(dir: &Path) -> Result<Task, Problem> {
    let exercise = load_exercism(dir).map_err(|errors| {
        let what: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Problem::input(
            what.join("\n"),
            "mend these places, or fetch the exercise again; --exercise SLUG grades by ours",
        )
    })?;
    let submission = folder::submission(dir, exercise.slug.clone(), exercise.start.clone())?;
    out::note(&format!(
        "an Exercism folder, {}: its own tests run; besides the usual packages it may import {}",
        exercise.slug,
        exercise.imports.join(", ")
    ));
    Ok(Task { exercise: Arc::new(exercise), submission, kept: false })
}
