//! `GET /exercises/{slug}/attempts`: what a visitor handed in for an exercise, as a strip over time and as a list, of which two can be
//! put beside each other. `GET /exercises/{slug}/against` is where the form of that list leads.

use std::time::Duration;

use askama::Template;
use assay_content::Exercise;
use assay_core::{SubmissionId, Verdict};
use assay_store::{OpenedHint, Record, Scope};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::PageError;
use super::verdict::Sign;
use super::{bench, layout, learned, units};
use crate::language::say;
use crate::state::AppState;
use crate::visitor::Visitor;

/// Attempts that are shown, the newest ones.
pub(super) const MOST: u32 = 200;

/// One attempt.
struct Attempt {
    id: SubmissionId,
    /// Counts those that are shown, from 1.
    number: usize,
    sign: Sign,
    all_tests: bool,
    created: String,
    /// From handing in to the verdict.
    took: String,
    /// Hints that were open by then.
    hints: usize,
    /// Whether it is the first, or the second, before anybody chooses: the last two are.
    chosen: [bool; 2],
}

#[derive(Template)]
#[template(path = "attempts.html")]
struct AttemptsPage<'a> {
    exercise: &'a Exercise,
    /// Oldest first.
    attempts: Vec<Attempt>,
    /// There may be older ones.
    cut: bool,
    /// The designs of others are open.
    solved: bool,
}

pub(super) async fn get(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(slug): Path<String>,
) -> Result<Response, PageError> {
    let exercise = bench::find(&state, &slug)?;
    let runs = of_visitor(&state, visitor, exercise).await?;
    let hints = match visitor.owner() {
        Some(owner) => state.service.store().hints_opened(&owner).await?,
        None => vec![],
    };
    let page = AttemptsPage {
        exercise,
        cut: runs.len() == MOST as usize,
        solved: accepted(&runs).is_some(),
        attempts: (1..)
            .zip(runs.iter().rev())
            .map(|(n, run)| attempt(n, runs.len() - n, run, &hints))
            .collect(),
    };
    Ok(([(header::CACHE_CONTROL, "no-cache")], Html(page.render()?)).into_response())
}

/// What this visitor handed in for an exercise, newest first.
pub(super) async fn of_visitor(
    state: &AppState,
    visitor: Visitor,
    exercise: &Exercise,
) -> Result<Vec<Record>, PageError> {
    match visitor.owner() {
        Some(owner) => Ok(state.service.store().runs_of(&owner, Some(&exercise.slug), MOST).await?),
        None => Ok(vec![]),
    }
}

/// The newest that was accepted by all tests.
pub(super) fn accepted(runs: &[Record]) -> Option<&Record> {
    runs.iter().find(|r| r.scope == Scope::All && r.verdict == Some(Verdict::Accepted))
}

/// How many hints of its exercise were open when a run was handed in.
pub(super) fn hints_before(run: &Record, hints: &[OpenedHint]) -> usize {
    hints.iter().filter(|h| h.exercise == run.exercise && h.opened_ms <= run.created_ms).count()
}

/// `newer` attempts came after this one.
fn attempt(number: usize, newer: usize, run: &Record, hints: &[OpenedHint]) -> Attempt {
    let took =
        run.finished_ms.map(|end| Duration::from_millis(end.saturating_sub(run.created_ms).max(0) as u64));
    Attempt {
        id: run.id,
        number,
        sign: run.into(),
        all_tests: run.scope == Scope::All,
        created: units::instant(run.created_ms),
        took: took.map(units::duration).unwrap_or_default(),
        hints: hints_before(run, hints),
        chosen: [newer == 1, newer == 0],
    }
}

/// The two that were chosen.
#[derive(Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    first: String,
    #[serde(default)]
    second: String,
}

pub(super) async fn choose(Query(chosen): Query<Chosen>) -> Result<Redirect, PageError> {
    let ids = (chosen.first.parse::<SubmissionId>(), chosen.second.parse::<SubmissionId>());
    let (Ok(first), Ok(second)) = ids else {
        return Err(PageError::refused(
            StatusCode::BAD_REQUEST,
            say("attempts-two-needed").to_string(),
            say("attempts-choose-two").to_string(),
        ));
    };
    Ok(Redirect::to(&format!("/runs/{first}/against/{second}")))
}
