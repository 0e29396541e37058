use std::fmt::Write as _;

use assay_content::{Exercise, Interview, Library, Minutes, Question};
use assay_core::Slug;
use serde::Serialize;

use crate::args::{ListArgs, Shelved};
use crate::exit::Exit;
use crate::out;
use crate::places::Places;
use crate::problem::Problem;
use crate::shelf::Shelf;
use crate::text::{BOLD, DIM, count, inert_json, paint};

/// List the exercises, questions and interviews.
pub(crate) fn run(args: ListArgs, places: &Places) -> Result<Exit, Problem> {
    let shelf = Shelf::open(places)?;
    for error in &shelf.errors {
        out::note(&format!("not listed: {error}"));
    }
    let text = if args.json { json(args.what, &shelf.library) } else { human(args.what, &shelf.library) };
    out::result(&text)?;
    Ok(Exit::Good)
}

fn json(what: Option<Shelved>, library: &Library) -> String {
    match what.unwrap_or(Shelved::Exercises) {
        Shelved::Exercises => {
            let row = |e| ExerciseRow::new(e, library);
            inert_json(&library.exercises.iter().map(AsRef::as_ref).map(row).collect::<Vec<_>>())
        }
        Shelved::Questions => {
            inert_json(&library.questions().map(|q| QuestionRow::from(q.as_ref())).collect::<Vec<_>>())
        }
        Shelved::Interviews => {
            inert_json(&library.interviews().map(|i| InterviewRow::from(i.as_ref())).collect::<Vec<_>>())
        }
    }
}

/// One exercise in JSON.
#[derive(Debug, Serialize)]
struct ExerciseRow<'a> {
    slug: &'a str,
    version: &'a str,
    title: &'a str,
    summary: &'a str,
    kind: assay_content::Kind,
    part: &'a str,
    question: &'a str,
    topics: &'a [String],
    minutes: u32,
    /// Written questions that it proves.
    proves: Vec<&'a str>,
}

impl<'a> ExerciseRow<'a> {
    fn new(e: &'a Exercise, library: &'a Library) -> ExerciseRow<'a> {
        ExerciseRow {
            slug: e.slug.as_str(),
            version: &e.version,
            title: &e.title,
            summary: &e.summary,
            kind: e.kind,
            part: &e.part,
            question: &e.question,
            topics: &e.topics,
            minutes: e.minutes,
            proves: library.proven_by(&e.slug).map(|q| q.slug.as_str()).collect(),
        }
    }
}

/// One written question in JSON.
#[derive(Debug, Serialize)]
struct QuestionRow<'a> {
    slug: &'a str,
    version: &'a str,
    title: &'a str,
    summary: &'a str,
    part: &'a str,
    question: &'a str,
    topics: &'a [String],
    minutes: Minutes,
    exercises: Vec<&'a str>,
    points: usize,
}

impl<'a> From<&'a Question> for QuestionRow<'a> {
    fn from(q: &'a Question) -> QuestionRow<'a> {
        QuestionRow {
            slug: q.slug.as_str(),
            version: &q.version,
            title: &q.title,
            summary: &q.summary,
            part: &q.part,
            question: &q.label,
            topics: &q.topics,
            minutes: q.minutes,
            exercises: q.exercises.iter().map(Slug::as_str).collect(),
            points: q.points.len(),
        }
    }
}

/// One interview in JSON.
#[derive(Debug, Serialize)]
struct InterviewRow<'a> {
    slug: &'a str,
    version: &'a str,
    title: &'a str,
    summary: &'a str,
    minutes: u32,
    points: u32,
    pass: u32,
    parts: &'a [assay_content::Part],
}

impl<'a> From<&'a Interview> for InterviewRow<'a> {
    fn from(i: &'a Interview) -> InterviewRow<'a> {
        InterviewRow {
            slug: i.slug.as_str(),
            version: &i.version,
            title: &i.title,
            summary: &i.summary,
            minutes: i.minutes,
            points: i.points,
            pass: i.pass,
            parts: &i.parts,
        }
    }
}

fn human(what: Option<Shelved>, library: &Library) -> String {
    let wanted = |one| what.is_none_or(|w| w == one);
    let mut tables = Vec::new();
    if wanted(Shelved::Exercises) {
        tables.push(exercises(&library.exercises.iter().map(AsRef::as_ref).collect::<Vec<_>>()));
    }
    if wanted(Shelved::Questions) {
        tables.push(questions(library));
    }
    if wanted(Shelved::Interviews) {
        tables.push(interviews(library));
    }
    tables.retain(|t| !t.is_empty());
    tables.join("\n")
}

fn exercises(exercises: &[&Exercise]) -> String {
    let width = widest(exercises.iter().map(|e| e.slug.as_str()));
    let questions = widest(exercises.iter().map(|e| e.question.as_str()));
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

fn questions(library: &Library) -> String {
    let width = widest(library.questions().map(|q| q.slug.as_str()));
    let mut out = String::new();
    for (i, q) in library.questions().enumerate() {
        if i == 0 {
            let _ = writeln!(out, "{}", paint(BOLD, "Written questions"));
        }
        let Minutes { least, most } = q.minutes;
        let minutes = if least == most { least.to_string() } else { format!("{least}-{most}") };
        let facts = format!("{:<3} {minutes:>5} min  {:>2} points", q.label, q.points.len());
        let _ = writeln!(out, "  {:<width$}  {}  {}", q.slug, paint(DIM, &facts), q.summary);
    }
    out
}

fn interviews(library: &Library) -> String {
    let width = widest(library.interviews().map(|i| i.slug.as_str()));
    let mut out = String::new();
    for (n, i) in library.interviews().enumerate() {
        if n == 0 {
            let _ = writeln!(out, "{}", paint(BOLD, "Interviews"));
        }
        let facts = format!("{:>3} min  {}", i.minutes, count(i.parts.len(), "part"));
        let _ = writeln!(out, "  {:<width$}  {}  {}", i.slug, paint(DIM, &facts), i.summary);
    }
    out
}

fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|t| t.chars().count()).max().unwrap_or_default()
}
