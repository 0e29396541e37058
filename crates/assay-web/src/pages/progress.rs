//! `GET /progress`: how far a visitor is, part by part, with their last runs; and the way to another browser.

use askama::Template;
use assay_content::Exercise;
use assay_core::SubmissionId;
use assay_store::{Holdings, Record, Scope, State as RunState};
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::error::PageError;
use super::learned::{Learned, Stage, before_this, kept};
use super::shown::Shown;
use super::verdict::Sign;
use super::{layout, learned, units};
use crate::language::say;
use crate::state::AppState;
use crate::visitor::Visitor;

/// Runs in the list of the last ones.
const LAST: u32 = 10;

/// An exercise in the table of its part.
struct Row<'a> {
    exercise: &'a Exercise,
    stage: Stage,
    sign: Sign,
    runs: u64,
    /// Id and time of the last run.
    last: Option<(SubmissionId, String)>,
    hints: String,
}

struct Part<'a> {
    name: &'a str,
    rows: Vec<Row<'a>>,
    /// How many are new, tried and solved.
    counts: [usize; 3],
}

/// One of the last runs.
struct Run {
    id: SubmissionId,
    slug: Shown,
    title: String,
    /// Whether the exercise is still there, so that it can be linked.
    known: bool,
    sign: Sign,
    scope: String,
    when: String,
    hints: String,
}

/// What somebody is told about the way to another browser.
#[derive(Default)]
pub(super) struct Handover {
    /// A code and until when it is good.
    pub(super) made: Option<(String, String)>,
    /// What was typed, when it was no good, and why.
    pub(super) typed: String,
    pub(super) problem: Option<String>,
}

#[derive(Template)]
#[template(path = "progress.html")]
struct ProgressPage<'a> {
    said: Option<String>,
    /// How much is kept, if anything.
    kept: Option<String>,
    parts: Vec<Part<'a>>,
    solved: usize,
    total: usize,
    last: Vec<Run>,
    handover: Handover,
}

/// What happened on the way here.
#[derive(Deserialize)]
pub(super) struct SaidQuery {
    said: Option<String>,
}

pub(super) async fn get(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(query): Query<SaidQuery>,
) -> Result<Response, PageError> {
    let said = match query.said.as_deref() {
        Some("entered") => Some(say("progress-said-entered")),
        Some("joined") => Some(say("progress-said-joined")),
        Some("forgotten") => Some(say("progress-said-forgotten")),
        _ => None,
    };
    let mut answer = page(&state, visitor, said.map(|s| s.to_string()), Handover::default()).await?;
    // The year of the cookie begins anew.
    answer.headers_mut().extend(visitor.cookie(&state));
    Ok(answer)
}

/// The page, with what is to be said about it.
pub(super) async fn page(
    state: &AppState,
    visitor: Visitor,
    said: Option<String>,
    handover: Handover,
) -> Result<Response, PageError> {
    let status = if handover.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let learned = Learned::of(state, visitor).await?;
    let (holdings, runs) = match visitor.owner() {
        Some(owner) => (
            state.service.store().holdings(&owner).await?,
            state.service.store().runs_of(&owner, None, LAST).await?,
        ),
        None => (Holdings::default(), vec![]),
    };
    let parts = parts(state.catalogue.iter().map(AsRef::as_ref), &learned);
    let page = ProgressPage {
        said,
        kept: (!holdings.is_empty()).then(|| kept(holdings)),
        solved: parts.iter().map(|part| part.counts[Stage::Solved as usize]).sum(),
        total: parts.iter().map(|part| part.rows.len()).sum(),
        parts,
        last: runs.into_iter().map(|record| run(state, &learned, record)).collect(),
        handover,
    };
    // It may show a code.
    Ok((status, [(header::CACHE_CONTROL, "no-store")], Html(page.render()?)).into_response())
}

fn parts<'a>(all: impl Iterator<Item = &'a Exercise>, learned: &Learned) -> Vec<Part<'a>> {
    let mut parts: Vec<Part<'a>> = Vec::new();
    for exercise in all {
        let slug = exercise.slug.as_str();
        let stage = learned.stage(slug);
        let standing = learned.standing(slug);
        let row = Row {
            exercise,
            stage,
            sign: stage.into(),
            runs: standing.map_or(0, |s| s.runs),
            last: standing.map(|s| (s.last, units::instant(s.last_ms))),
            hints: hints(learned.hints(slug).len(), exercise.hints.len()),
        };
        if parts.last().is_none_or(|part| part.name != exercise.part) {
            parts.push(Part { name: &exercise.part, rows: vec![], counts: [0; 3] });
        }
        if let Some(part) = parts.last_mut() {
            part.counts[stage as usize] += 1;
            part.rows.push(row);
        }
    }
    parts
}

/// `none opened`, `1 of 3 opened`.
fn hints(opened: usize, all: usize) -> String {
    let words = match (opened, all) {
        (_, 0) => say("progress-hints-has-none"),
        (0, _) => say("progress-hints-none-opened"),
        (opened, all) => say("progress-hints-opened").with("opened", opened).with("total", all),
    };
    words.to_string()
}

fn run(state: &AppState, learned: &Learned, record: Record) -> Run {
    let exercise = record.exercise.parse().ok().and_then(|slug| state.catalogue.get(&slug));
    let plain = |shape, word| Sign { shape, word, class: "v".to_owned() };
    let sign = match (record.state, record.verdict) {
        (RunState::Queued, _) => plain('…', "waits"),
        (RunState::Running, _) => plain('…', "runs"),
        (RunState::Finished, Some(verdict)) => verdict.into(),
        (RunState::Finished | RunState::Faulted, _) => plain('!', "our fault"),
        (RunState::Canceled, _) => plain('–', "called back"),
    };
    Run {
        id: record.id,
        title: exercise.map_or_else(|| Shown::new(&record.exercise).to_string(), |e| e.title.clone()),
        known: exercise.is_some(),
        sign,
        scope: match record.scope {
            Scope::All => say("progress-all-tests").to_string(),
            Scope::Visible => say("progress-visible-tests").to_string(),
        },
        when: units::instant(record.created_ms),
        hints: before_this(learned.hints_before(&record.exercise, record.created_ms)),
        slug: Shown::new(&record.exercise),
    }
}
