use std::fmt::Write as _;

use assay_content::Exercise;
use serde::Serialize;

use crate::args::JsonArg;
use crate::exit::Exit;
use crate::out;
use crate::places::Places;
use crate::problem::Problem;
use crate::shelf::Shelf;
use crate::text::{BOLD, DIM, inert_json, paint};

/// List the exercises.
pub(crate) fn run(args: JsonArg, places: &Places) -> Result<Exit, Problem> {
    let shelf = Shelf::open(places)?;
    for error in &shelf.errors {
        out::note(&format!("not listed: {error}"));
    }
    let exercises: Vec<&Exercise> = shelf.catalogue.iter().map(AsRef::as_ref).collect();
    let text = if args.json {
        inert_json(&exercises.iter().map(|e| Row::from(*e)).collect::<Vec<_>>())
    } else {
        table(&exercises)
    };
    out::result(&text)?;
    Ok(Exit::Good)
}

/// One exercise in JSON.
#[derive(Debug, Serialize)]
struct Row<'a> {
    slug: &'a str,
    version: &'a str,
    title: &'a str,
    summary: &'a str,
    kind: assay_content::Kind,
    part: &'a str,
    question: &'a str,
    topics: &'a [String],
    minutes: u32,
}

impl<'a> From<&'a Exercise> for Row<'a> {
    fn from(e: &'a Exercise) -> Row<'a> {
        Row {
            slug: e.slug.as_str(),
            version: &e.version,
            title: &e.title,
            summary: &e.summary,
            kind: e.kind,
            part: &e.part,
            question: &e.question,
            topics: &e.topics,
            minutes: e.minutes,
        }
    }
}

fn table(exercises: &[&Exercise]) -> String {
    let widest = |text: fn(&Exercise) -> &str| exercises.iter().map(|e| text(e).chars().count()).max();
    let width = widest(|e| e.slug.as_str()).unwrap_or_default();
    let questions = widest(|e| &e.question).unwrap_or_default();
    let mut out = String::new();
    let mut part = None;
    for e in exercises {
        if part != Some(&e.part) {
            let gap = if part.is_some() { "\n" } else { "" };
            let _ = writeln!(out, "{gap}{}", paint(BOLD, &e.part));
            part = Some(&e.part);
        }
        let kind = format!("{:?}", e.kind).to_lowercase();
        let facts = format!("{:<questions$}  {kind:<9} {:>3} min", e.question, e.minutes);
        let _ = writeln!(out, "  {:<width$}  {}  {}", e.slug, paint(DIM, &facts), e.summary);
    }
    out
}
