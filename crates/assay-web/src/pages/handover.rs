//! Going on in another browser: `POST /progress/code` makes a code, `POST /progress/enter` uses one.

use assay_store::{CODE_TRIES, Redeemed};
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::PageError;
use super::progress::{Handover, page};
use super::units;
use crate::language::say;
use crate::owner::Owner;
use crate::state::AppState;
use crate::visitor::{Code, Visitor};

/// Shows a new code. It is kept as a hash only, so no page can show it again.
pub(super) async fn make(State(state): State<AppState>, visitor: Visitor) -> Result<Response, PageError> {
    let (visitor, cookie) = visitor.or_new(&state);
    let owner = visitor.owner().unwrap_or_default();
    let code = Code::new();
    let expires_ms = state.service.store().keep_code(&owner, &state.signer.hash(&code)).await?;
    let made = Some((code.to_string(), units::instant(expires_ms)));
    let mut answer = page(&state, visitor, None, Handover { made, ..Handover::default() }).await?;
    answer.headers_mut().extend(cookie);
    Ok(answer)
}

#[derive(Deserialize)]
pub(super) struct EnterForm {
    code: String,
}

/// Makes this browser the code's visitor; what it has of its own goes with it.
pub(super) async fn enter(
    State(state): State<AppState>,
    visitor: Visitor,
    Owner(address): Owner,
    Form(form): Form<EnterForm>,
) -> Result<Response, PageError> {
    let (problem, wait) = match state.redeem(visitor, &address, &form.code).await? {
        Redeemed::Visitor { visitor, merged } => {
            let said = if merged.is_empty() { "entered" } else { "joined" };
            let mut answer = Redirect::to(&format!("/progress?said={said}")).into_response();
            answer.headers_mut().extend(Visitor::of_owner(&visitor).cookie(&state));
            return Ok(answer);
        }
        Redeemed::None { left } => (say("handover-wrong").with("left", left as usize).to_string(), false),
        Redeemed::Wait { until_ms } => {
            let until = units::instant(until_ms);
            (say("handover-wait").with("tries", CODE_TRIES as usize).with("until", until).to_string(), true)
        }
    };
    let typed = form.code.chars().take(20).collect();
    let mut answer =
        page(&state, visitor, None, Handover { made: None, typed, problem: Some(problem) }).await?;
    if wait {
        *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    }
    Ok(answer)
}
