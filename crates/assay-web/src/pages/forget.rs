//! `/progress/forget`: asks whether everything of a visitor is to be deleted, and deletes it.

use askama::Template;
use assay_store::Holdings;
use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::error::PageError;
use super::layout;
use super::learned::kept;
use crate::state::AppState;
use crate::visitor::{Visitor, no_cookie};

/// In the audit trail, who forgets: whose it was.
const THEMSELVES: &str = "the visitor";

#[derive(Template)]
#[template(path = "forget.html")]
struct ForgetPage {
    /// How much there is, if anything.
    kept: Option<String>,
}

pub(super) async fn ask(State(state): State<AppState>, visitor: Visitor) -> Result<Response, PageError> {
    let holdings = match visitor.owner() {
        Some(owner) => state.service.store().holdings(&owner).await?,
        None => Holdings::default(),
    };
    let page = ForgetPage { kept: (!holdings.is_empty()).then(|| kept(holdings)) };
    Ok(([(header::CACHE_CONTROL, "no-store")], Html(page.render()?)).into_response())
}

pub(super) async fn post(State(state): State<AppState>, visitor: Visitor) -> Result<Response, PageError> {
    if let Some(owner) = visitor.owner() {
        state.service.store().forget(&owner, THEMSELVES).await?;
    }
    let mut answer = Redirect::to("/progress?said=forgotten").into_response();
    answer.headers_mut().extend(no_cookie(&state));
    Ok(answer)
}
