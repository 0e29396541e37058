//! `GET /runs/{id}/first`: what the passes have shown so far, for a page that follows a run which is not settled.

use askama::Template;
use assay_core::{SubmissionId, Verdict};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

use super::diff::Row;
use super::error::PageError;
use super::evidence::{self, Body, Section};
use super::layout;
use super::source::Sources;
use crate::language::say;
use crate::state::AppState;

/// What a section's template looks at of a finished run.
struct SoFar {
    sections: Vec<Section>,
}

#[derive(Template)]
#[template(path = "first.html")]
struct FirstFragment {
    done: SoFar,
}

pub(super) async fn get(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let nothing = || PageError::not_found(say("run-no-such").to_string());
    let id: SubmissionId = id.parse().map_err(|_| nothing())?;
    state.service.store().get(id).await?.ok_or_else(nothing)?;
    let files = state.service.store().files(id).await?;
    let sources = Sources { id, files: &files };
    let shown = state.service.shown_so_far(id).await?;
    // There is no verdict yet; each kind of evidence has a sign of its own.
    let done = SoFar { sections: evidence::sections(&shown, Verdict::Failed, &sources) };
    Ok(([(header::CACHE_CONTROL, "no-cache")], Html(FirstFragment { done }.render()?)).into_response())
}
