//! Exercism's Go track: of each exercise the track's own solution, which is right, and what a learner begins with, which is not.

use std::fs;
use std::path::{Path, PathBuf};

use assay_content::{ContentError, Exercise, exercism_untested, is_exercism, load_exercism};
use assay_core::{SourceFile, Submission, Verdict};

use super::case::{Case, Expected};
use super::{Collection, Row};
use crate::problem::Problem;

/// The exercises of a checkout of the track, or of any folder that holds such.
pub(super) fn collection(dir: &Path) -> Result<Collection, Problem> {
    let exercises = dir.join("exercises");
    let root = if exercises.is_dir() { &exercises } else { dir };
    let mut folders = vec![];
    find(root, &mut folders)?;
    folders.sort();
    let mut collection = Collection::default();
    for folder in folders {
        let name = folder.strip_prefix(root).unwrap_or(&folder).to_string_lossy().into_owned();
        if let Some(why) = exercism_untested(&folder) {
            collection.rows.push(Row { right: true, ..Row::ungraded(name, &format!("left out · {why}")) });
            continue;
        }
        match load_exercism(&folder)
            .map_err(|errors| said(&errors))
            .and_then(|exercise| cases(&name, &exercise))
        {
            Ok(cases) => collection.cases.extend(cases),
            Err(summary) => collection.rows.push(Row { summary, ..Row::ungraded(name, REFERENCE) }),
        }
    }
    Ok(collection)
}

const REFERENCE: &str = "reference";

fn find(dir: &Path, found: &mut Vec<PathBuf>) -> Result<(), Problem> {
    if is_exercism(dir) {
        found.push(dir.to_owned());
        return Ok(());
    }
    let entries = fs::read_dir(dir).map_err(|e| Problem::path("read", dir, &e))?;
    let folders = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    folders.into_iter().try_for_each(|entry| find(&entry.path(), found))
}

/// The reference and the stub.
fn cases(name: &str, exercise: &Exercise) -> Result<[Case; 2], String> {
    let reference =
        exercise.solutions.first().ok_or("the track's own solution is not there: `files.example`")?;
    // What is to be refactored works, or is meant to.
    let works = exercise.summary.starts_with("Refactor ");
    let refused = Verdict::ALL.into_iter().filter(|v| works || *v != Verdict::Accepted).collect();
    let label = if works { "to refactor" } else { "stub" };
    let right = case(name, exercise, &reference.files, REFERENCE, vec![Verdict::Accepted])?;
    Ok([right, case(name, exercise, &exercise.start, label, refused)?])
}

fn case(
    name: &str,
    exercise: &Exercise,
    files: &[SourceFile],
    label: &str,
    verdicts: Vec<Verdict>,
) -> Result<Case, String> {
    let submission =
        Submission::new(exercise.slug.clone(), files.to_vec()).map_err(|e| format!("the {label}: {e}"))?;
    let theirs =
        files.iter().chain(exercise.tests_in.support()).map(|f| (f.path.to_string(), f.content.clone()));
    let tests = exercise.visible.iter().map(|f| (f.name.to_string(), f.content.clone()));
    Ok(Case {
        name: name.to_owned(),
        exercise: exercise.clone(),
        submission,
        files: theirs.chain(tests).collect(),
        expectations: vec![Expected { test: None, label: label.to_owned(), verdicts }],
    })
}

fn said(errors: &[ContentError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
