//! `GET /exercises/{slug}/playback`: how the code grew, save by save, with the runs marked among them. `/step` is the fragment of one
//! save, for a page that plays. Without scripts, links lead from one to the next.

use std::time::Duration;

use askama::Template;
use assay_content::Exercise;
use assay_core::SubmissionId;
use assay_store::Draft;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::against::off_the_loop;
use super::changes::{Changes, Line, changes};
use super::diff::Care;
use super::error::PageError;
use super::verdict::Sign;
use super::{attempts, bench, layout, learned, units};
use crate::language::say;
use crate::state::AppState;
use crate::visitor::Visitor;

/// Runs that are marked, the newest ones.
const MOST_RUNS: usize = 50;

/// Which save, and how its lines are drawn.
#[derive(Deserialize)]
pub(super) struct Look {
    revision: Option<String>,
    lines: Option<String>,
}

/// A run among the saves.
struct Mark {
    id: SubmissionId,
    sign: Sign,
    /// The last save before it was handed in.
    revision: u64,
}

/// One save beside the one before.
struct Step {
    revision: u64,
    first: u64,
    last: u64,
    saved: String,
    /// Since the one before, in words; empty for the first.
    after: String,
    /// Until the next one, milliseconds; none for the last.
    next_ms: Option<i64>,
    /// Runs that were handed in with these files.
    runs: Vec<Mark>,
}

#[derive(Template)]
#[template(path = "playback.html")]
struct PlaybackPage<'a> {
    exercise: &'a Exercise,
    step: Step,
    marks: Vec<Mark>,
    changes: Changes,
    names: [String; 2],
    other_lines: String,
    folds: bool,
}

#[derive(Template)]
#[template(path = "playback_step.html")]
struct StepFragment {
    step: Step,
    changes: Changes,
    names: [String; 2],
    other_lines: String,
    folds: bool,
}

#[derive(Template)]
#[template(path = "playback_empty.html")]
struct EmptyPage<'a> {
    exercise: &'a Exercise,
}

pub(super) async fn get(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(slug): Path<String>,
    Query(look): Query<Look>,
) -> Result<Response, PageError> {
    let exercise = bench::find(&state, &slug)?;
    let Some((step, changes)) = load(&state, visitor, exercise, &look).await? else {
        return private(&EmptyPage { exercise });
    };
    let marks = marks(&state, visitor, exercise).await?;
    let StepFragment { step, changes, names, other_lines, folds } = fragment(step, changes, &look);
    private(&PlaybackPage { exercise, step, marks, changes, names, other_lines, folds })
}

pub(super) async fn step(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(slug): Path<String>,
    Query(look): Query<Look>,
) -> Result<Response, PageError> {
    let exercise = bench::find(&state, &slug)?;
    let (step, changes) = load(&state, visitor, exercise, &look)
        .await?
        .ok_or_else(|| PageError::not_found(say("playback-nothing").to_string()))?;
    private(&fragment(step, changes, &look))
}

fn fragment(step: Step, changes: Changes, look: &Look) -> StepFragment {
    let folds = look.lines.as_deref() != Some("all");
    let lines = if folds { "&lines=all" } else { "" };
    let other_lines = format!("?revision={}{lines}", step.revision);
    let names = [say("playback-before").to_string(), say("playback-after").to_string()];
    StepFragment { step, changes, names, other_lines, folds }
}

/// The save that is asked for, the last one unless another is; none when there is none at all.
async fn load(
    state: &AppState,
    visitor: Visitor,
    exercise: &Exercise,
    look: &Look,
) -> Result<Option<(Step, Changes)>, PageError> {
    let Some(owner) = visitor.owner() else { return Ok(None) };
    let (service, slug) = (&state.service, &exercise.slug);
    let first = service.store().draft_revisions(&owner, slug, 0, 1).await?.first().map(|r| r.revision);
    let (Some(first), Some(last)) = (first, service.store().draft(&owner, slug).await?) else {
        return Ok(None);
    };
    let last = last.revision;
    let wanted = wanted(look)?.unwrap_or(last).clamp(first, last);
    let Some(draft) = service.store().draft_at(&owner, slug, wanted).await? else { return Ok(None) };
    let before = match draft.revision {
        n if n > first => service.store().draft_at(&owner, slug, n - 1).await?,
        _ => None,
    };
    let next = service.store().draft_revisions(&owner, slug, draft.revision, 1).await?.first().copied();
    let runs = marks(state, visitor, exercise).await?;
    let step = Step {
        revision: draft.revision,
        first,
        last,
        saved: units::instant(draft.saved_ms),
        after: before.as_ref().map(|b| after(b, &draft)).unwrap_or_default(),
        next_ms: next.map(|next| next.saved_ms.saturating_sub(draft.saved_ms).max(0)),
        runs: runs.into_iter().filter(|m| m.revision == draft.revision).collect(),
    };
    // The first save is shown beside what the exercise begins with.
    let (before, folds) =
        (before.map_or_else(|| exercise.start.clone(), |b| b.files), look.lines.as_deref() != Some("all"));
    let changes = off_the_loop(move || changes(&before, &draft.files, Care::folding(folds))).await;
    Ok(Some((step, changes)))
}

fn wanted(look: &Look) -> Result<Option<u64>, PageError> {
    let number = look.revision.as_deref().map(str::parse).transpose();
    number.map_err(|_| {
        let (title, detail) = (say("playback-no-save"), say("playback-no-such"));
        PageError::refused(StatusCode::BAD_REQUEST, title.to_string(), detail.to_string())
    })
}

fn after(before: &Draft, draft: &Draft) -> String {
    let ms = draft.saved_ms.saturating_sub(before.saved_ms).max(0) as u64;
    units::duration(Duration::from_millis(ms))
}

async fn marks(state: &AppState, visitor: Visitor, exercise: &Exercise) -> Result<Vec<Mark>, PageError> {
    let Some(owner) = visitor.owner() else { return Ok(vec![]) };
    let runs = attempts::of_visitor(state, visitor, exercise).await?;
    let mut marks = Vec::new();
    for run in runs.iter().take(MOST_RUNS).rev() {
        if let Some(revision) =
            state.service.store().draft_when(&owner, &exercise.slug, run.created_ms).await?
        {
            marks.push(Mark { id: run.id, sign: run.into(), revision });
        }
    }
    Ok(marks)
}

/// What somebody typed is kept nowhere on the way.
fn private(page: &impl Template) -> Result<Response, PageError> {
    Ok(([(header::CACHE_CONTROL, "no-store")], Html(page.render()?)).into_response())
}
