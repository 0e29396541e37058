//! `GET /exercises/{slug}/designs`: right solutions of other design, for whoever has one of their own; and each of them beside it.

use askama::Template;
use assay_content::{Exercise, Variant};
use assay_core::SubmissionId;
use assay_store::Record;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::against::off_the_loop;
use super::attempts::{self, accepted};
use super::changes::{Changes, Line, changes};
use super::diff::Care;
use super::error::PageError;
use super::{bench, layout, units};
use crate::language::say;
use crate::state::AppState;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "designs.html")]
struct DesignsPage<'a> {
    exercise: &'a Exercise,
    run: SubmissionId,
}

#[derive(Template)]
#[template(path = "design.html")]
struct DesignPage<'a> {
    exercise: &'a Exercise,
    design: &'a Variant,
    run: SubmissionId,
    created: String,
    changes: Changes,
    names: [String; 2],
    /// Where the other look at the lines is.
    other_lines: String,
    folds: bool,
}

/// Which run of one's own, and how the lines are drawn.
#[derive(Deserialize)]
pub(super) struct Look {
    run: Option<String>,
    lines: Option<String>,
}

pub(super) async fn list(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(slug): Path<String>,
) -> Result<Response, PageError> {
    let exercise = bench::find(&state, &slug)?;
    let own = own(&state, visitor, exercise).await?;
    private(&DesignsPage { exercise, run: own.id })
}

pub(super) async fn get(
    State(state): State<AppState>,
    visitor: Visitor,
    Path((slug, name)): Path<(String, String)>,
    Query(look): Query<Look>,
) -> Result<Response, PageError> {
    let exercise = bench::find(&state, &slug)?;
    let own = own(&state, visitor, exercise).await?;
    let design = exercise.solutions.iter().find(|s| s.name == name);
    let design = design.ok_or_else(|| PageError::not_found(say("designs-no-such").to_string()))?;
    let own = match &look.run {
        Some(run) => chosen(&state, exercise, run).await?,
        None => own,
    };
    let folds = look.lines.as_deref() != Some("all");
    let (before, after) = (state.service.store().files(own.id).await?, design.files.clone());
    let changes = off_the_loop(move || changes(&before, &after, Care::folding(folds))).await;
    let lines = if folds { "&lines=all" } else { "" };
    private(&DesignPage {
        exercise,
        design,
        run: own.id,
        created: units::instant(own.created_ms),
        changes,
        names: [say("designs-yours").to_string(), say("designs-this").to_string()],
        other_lines: format!("?run={}{lines}", own.id),
        folds,
    })
}

/// The newest attempt of this visitor that was accepted: without one, designs are closed.
async fn own(state: &AppState, visitor: Visitor, exercise: &Exercise) -> Result<Record, PageError> {
    let runs = attempts::of_visitor(state, visitor, exercise).await?;
    accepted(&runs).cloned().ok_or_else(|| {
        PageError::refused(
            StatusCode::FORBIDDEN,
            say("designs-not-open").to_string(),
            say("designs-closed").with("title", &exercise.title).to_string(),
        )
    })
}

/// A run that was asked for by its id.
async fn chosen(state: &AppState, exercise: &Exercise, run: &str) -> Result<Record, PageError> {
    let nothing = || PageError::not_found(say("designs-no-run").to_string());
    let id: SubmissionId = run.parse().map_err(|_| nothing())?;
    let record = state.service.store().get(id).await?.filter(|r| r.exercise == exercise.slug.as_str());
    record.ok_or_else(nothing)
}

/// What only one visitor may see is kept nowhere.
fn private(page: &impl Template) -> Result<Response, PageError> {
    Ok(([(header::CACHE_CONTROL, "no-store")], Html(page.render()?)).into_response())
}
