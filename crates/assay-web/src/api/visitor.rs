//! `POST /api/visitor` and `POST /api/visitor/codes`: becoming a visitor, and going on as one elsewhere.

use assay_store::{CODE_TRIES, Redeemed};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::body::JsonBody;
use super::submissions::instant;
use crate::owner::Owner;
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::visitor::{Code, Visitor};

/// `POST /api/visitor`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VisitorBody {
    /// Of a visitor to go on as; without one it is somebody new.
    code: Option<String>,
}

#[derive(Serialize)]
struct TokenBody {
    /// To be sent as `Authorization: Bearer`.
    token: String,
}

#[derive(Serialize)]
struct CodeBody {
    code: String,
    /// RFC 3339.
    expires: String,
}

pub(crate) async fn become_one(
    State(app): State<AppState>,
    visitor: Visitor,
    Owner(address): Owner,
    JsonBody(body): JsonBody<VisitorBody>,
) -> Result<Response, Problem> {
    let (becomes, cookie) = match body.code {
        Some(typed) => {
            let becomes = redeem(&app, visitor, &address, &typed).await?;
            (becomes, becomes.cookie(&app))
        }
        // A browser that is somebody already stays that one, and its work with it.
        None => {
            let (new, cookie) = Visitor::nobody().or_new(&app);
            (new, cookie.filter(|_| visitor.owner().is_none()))
        }
    };
    let token = becomes.token(&app).unwrap_or_default();
    let mut response = Json(TokenBody { token }).into_response();
    response.headers_mut().extend(cookie);
    Ok(response)
}

async fn redeem(app: &AppState, visitor: Visitor, address: &str, typed: &str) -> Result<Visitor, Problem> {
    let redeemed = app.redeem(visitor, address, typed).await?;
    match redeemed {
        Redeemed::Visitor { visitor, .. } => Ok(Visitor::of_owner(&visitor)),
        Redeemed::None { left } => {
            let detail = "It is mistyped, was used before, or is older than 10 minutes. The progress page makes a new one.";
            Err(Problem::new(Kind::BadCode, detail).with("tries_left", left))
        }
        Redeemed::Wait { until_ms } => {
            let detail = format!(
                "{CODE_TRIES} codes from your address were none. Try again after {}.",
                instant(until_ms)
            );
            Err(Problem::new(Kind::TooManyCodes, detail).with("until", instant(until_ms)))
        }
    }
}

pub(crate) async fn make_code(State(app): State<AppState>, visitor: Visitor) -> Result<Response, Problem> {
    let owner = visitor.owner().ok_or_else(|| {
        let detail = "A code takes a visitor elsewhere. Send the cookie or the bearer token of one; `POST /api/visitor` gives one.";
        Problem::new(Kind::NobodyYet, detail)
    })?;
    let code = Code::new();
    let expires_ms = app.service.store().keep_code(&owner, &app.signer.hash(&code)).await?;
    let body = CodeBody { code: code.to_string(), expires: instant(expires_ms) };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}
