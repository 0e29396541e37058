use std::sync::Arc;

use assay_content::Exercise;
use assay_core::{Report, Submission};
use assay_go::Go;
use assay_grade::{Grader, Options, Scope};

use crate::backend::Backend;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::report::Source;

/// Boxes that one grading fills: its two passes run at the same time.
pub(crate) const BOXES_A_GRADING: usize = 2;

/// A box more for whoever serves: nobody at a keyboard waits with gofmt for gradings.
const BOXES_FOR_EDITORS: usize = 1;

/// A grader for `at_once` gradings beside the small things that editors ask for.
pub(crate) fn server(places: &Places, at_once: usize, progress: &Progress) -> Result<Grader, Problem> {
    open(places, at_once * BOXES_A_GRADING + BOXES_FOR_EDITORS, progress, |go| go)
}

/// A grader for `at_once` gradings. Starts the box's helpers first, while this process is small and has one thread.
pub(crate) fn grader(places: &Places, at_once: usize, progress: &Progress) -> Result<Grader, Problem> {
    open(places, at_once * BOXES_A_GRADING, progress, |go| go)
}

/// The same for a long row of gradings that nobody waits for one by one.
pub(crate) fn batch(places: &Places, at_once: usize, progress: &Progress) -> Result<Grader, Problem> {
    open(places, at_once * BOXES_A_GRADING, progress, Go::beside_others)
}

fn open(
    places: &Places,
    slots: usize,
    progress: &Progress,
    to_use: impl FnOnce(Go) -> Go,
) -> Result<Grader, Problem> {
    if places.backend == Backend::Wasi {
        let wasi = places.backend.wasi(slots, places)?;
        return Ok(Grader::portable(Arc::new(to_use(toolchain(places, progress)?)), wasi));
    }
    let sandbox = places.backend.open(slots, places)?;
    Ok(Grader::new(Arc::new(to_use(toolchain(places, progress)?)), sandbox))
}

/// The toolchain with its standard library, prepared now if need be.
pub(crate) fn toolchain(places: &Places, progress: &Progress) -> Result<Go, Problem> {
    Ok(Go::prepare(&places.tools, &mut |what, done, all| progress.step(what, done, all))?)
}

/// Grade and show how far it is.
pub(crate) fn grade(
    grader: &Grader,
    exercise: &Exercise,
    submission: &Submission,
    options: Options,
    progress: &Progress,
) -> Result<Report, Problem> {
    Ok(grader.grade(exercise, submission, options, &|event| progress.event(&event))?)
}

/// What excerpts may be cut from: the submission, and the tests that its author can read.
pub(crate) fn sources<'a>(exercise: &'a Exercise, submission: &'a Submission) -> Vec<Source<'a>> {
    let own = submission.files().iter().map(|f| Source { name: f.path.as_str(), content: &f.content });
    let tests = exercise.visible.iter().map(|f| Source { name: f.name.as_str(), content: &f.content });
    own.chain(tests).collect()
}

/// The store's word for a scope, and the grader's for the store's.
pub(crate) fn stored(scope: Scope) -> assay_store::Scope {
    match scope {
        Scope::All => assay_store::Scope::All,
        Scope::Visible => assay_store::Scope::Visible,
    }
}

/// The other way round.
pub(crate) fn graded(scope: assay_store::Scope) -> Scope {
    match scope {
        assay_store::Scope::All => Scope::All,
        assay_store::Scope::Visible => Scope::Visible,
    }
}
