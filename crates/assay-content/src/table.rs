//! The page that shows all exercises and what was measured of them: `exercises/README.md`.

use std::fmt::Write as _;

use crate::{Catalogue, Exercise, Figure, Figures, Kind, TestFile};

const HEAD: &str = "\
# Exercises

One folder each under `coding/`; [docs/authoring.md](../docs/authoring.md) says how one is written. Questions are under `written/`,
interviews under `interviews/`.

A *mutant* is a copy of a right solution with one small mistake: a lock that is not taken, a `<=` for a `<`. It is *killed* when its
grading comes to anything but Accepted, and *equivalent* when it is as right as the solution, for the reason in the exercise's
`equivalent.toml`. *Flakes* are tests that right solutions failed when all tests ran again and again, plain and under the race detector, with
four processes for each processor. What was measured stands in `figures.toml`;
`ASSAY_WRITE=1 cargo test -p assay-tests --test exercises` writes this page.

| exercise | kind | part | tests visible + hidden | right | wrong | mutants | killed | equivalent | gradings each | suite runs | flakes |
|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
";

/// The whole page.
pub fn table(catalogue: &Catalogue, figures: &Figures) -> String {
    let mut out = HEAD.to_owned();
    for exercise in catalogue.iter() {
        let figure = figures.0.get(exercise.slug.as_str()).cloned().unwrap_or_default();
        out.push_str(&row(exercise, &figure));
    }
    out
}

fn row(e: &Exercise, figure: &Figure) -> String {
    let kind = match e.kind {
        Kind::Implement => "implement",
        Kind::Repair => "repair",
        Kind::Exhibit => "exhibit",
    };
    let count = |files: &[TestFile]| files.iter().map(|f| f.tests.len()).sum::<usize>();
    let tests = match e.kind {
        Kind::Exhibit => "by the runtime".to_owned(),
        Kind::Implement | Kind::Repair => format!("{} + {}", count(&e.visible), count(&e.hidden)),
    };
    let mut out = format!("| [{}](coding/{}) | {kind} | {} | {tests} ", e.title, e.slug, e.part);
    let measured = |n: Option<u32>| n.map_or_else(|| "–".to_owned(), |n| n.to_string());
    let kills = figure.kills.as_ref();
    let cells = [
        e.solutions.len().to_string(),
        e.wrong.len().to_string(),
        measured(kills.map(|k| k.mutants)),
        measured(kills.map(|k| k.killed)),
        measured(kills.map(|k| k.equivalent)),
        measured(kills.map(|k| k.times)),
        measured(figure.flakes.map(|f| f.iterations)),
        measured(figure.flakes.map(|f| f.failures)),
    ];
    for cell in cells {
        let _ = write!(out, "| {cell} ");
    }
    out.push_str("|\n");
    out
}
