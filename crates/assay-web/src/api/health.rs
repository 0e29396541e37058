use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use crate::problem::{Kind, Problem, sentence};
use crate::state::AppState;

/// The process answers.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// It takes submissions and could grade them: the database can be written, the grader is there, nothing stops.
pub(crate) async fn ready(State(app): State<AppState>) -> Result<&'static str, Problem> {
    match app.service.ready().await {
        Ok(()) => Ok("ok\n"),
        Err(fault) => {
            tracing::warn!(%fault, "not ready");
            Err(Problem::new(Kind::NotReady, sentence(&fault.what)))
        }
    }
}

/// What there is to measure, as Prometheus reads it.
pub(crate) async fn metrics(State(app): State<AppState>) -> Result<impl IntoResponse, Problem> {
    let headers = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((headers, app.service.metrics().await?))
}
