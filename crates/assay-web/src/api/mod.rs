//! The JSON API: `/api/…`, `/livez`, `/readyz`. Errors are problem documents (RFC 9457).

mod answers;
mod body;
mod drafts;
mod events;
mod exercises;
mod gofmt;
mod health;
mod observation;
mod params;
mod submissions;
mod visitor;

use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post, put};
use axum::{Extension, Router};

use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::visitor::OfApi;

/// Everything under `/api`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/submissions", post(submissions::submit))
        .route("/submissions/{id}", get(submissions::show).delete(submissions::cancel))
        .route("/submissions/{id}/events", get(events::follow))
        .route("/submissions/{id}/report", get(submissions::report))
        .route("/submissions/{id}/observation", get(observation::show))
        .route("/submissions/{id}/profiles/{kind}", get(observation::profile))
        .route("/submissions/{id}/files", get(submissions::handed_in))
        .route("/exercises", get(exercises::list))
        .route("/exercises/{slug}", get(exercises::show))
        .route("/exercises/{slug}/hints/{n}", get(exercises::hint))
        .route("/gofmt", post(gofmt::format))
        .route("/visitor", post(visitor::become_one))
        .route("/visitor/codes", post(visitor::make_code))
        .route("/drafts/{slug}", get(drafts::show).put(drafts::save))
        .route("/questions/{slug}/answers", post(answers::begin))
        .route("/answers/{id}", get(answers::show).put(answers::save))
        .route("/answers/{id}/points", put(answers::tick))
        .route("/drafts/{slug}/revisions", get(drafts::revisions))
        .route("/drafts/{slug}/revisions/{revision}", get(drafts::revision))
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(map_response(not_cached))
        .layer(Extension(OfApi))
}

/// For whoever watches the server.
pub(crate) fn health_routes() -> Router<AppState> {
    Router::new()
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
}

async fn nothing_here() -> Problem {
    Problem::new(
        Kind::NotFound,
        "The API has /api/submissions, /api/exercises, /api/drafts, /api/visitor and what their answers point to.",
    )
}

async fn wrong_method() -> Problem {
    Problem::new(Kind::MethodNotAllowed, "The `Allow` header of this answer says which methods work.")
}

/// Answers change with time and may be someone's code.
async fn not_cached(mut response: Response) -> Response {
    let value = HeaderValue::from_static("no-store");
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(value);
    response
}
