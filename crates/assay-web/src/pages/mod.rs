//! Pages for people: drawn whole by the server, readable without scripts.

mod against;
mod answer;
mod answers;
mod assets;
mod attempts;
mod bench;
mod changes;
mod compare;
mod designs;
mod diff;
mod error;
mod evidence;
mod figures;
mod first;
mod flame;
mod forget;
mod goroutines;
mod graph;
mod handover;
mod hints;
mod inside;
mod lanes;
mod layout;
mod leak;
mod learned;
mod list;
mod markdown;
mod matrix;
mod playback;
mod progress;
mod question;
mod questions;
mod run;
mod sentence;
mod shown;
mod source;
#[cfg(test)]
pub(crate) mod tests;
mod twin;
mod units;
mod verdict;
mod vet;

use axum::Router;
use axum::response::Redirect;
use axum::routing::{get, post};

use crate::language;
use crate::state::AppState;
pub(crate) use error::{PageError, error_pages};

/// Every page and asset; merged beside the API.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(async || Redirect::to("/exercises")))
        .route("/exercises", get(list::get))
        .route("/exercises/{slug}", get(bench::get))
        .route("/exercises/{slug}/runs", post(bench::post))
        .route("/exercises/{slug}/attempts", get(attempts::get))
        .route("/exercises/{slug}/against", get(attempts::choose))
        .route("/exercises/{slug}/designs", get(designs::list))
        .route("/exercises/{slug}/designs/{name}", get(designs::get))
        .route("/exercises/{slug}/playback", get(playback::get))
        .route("/exercises/{slug}/playback/step", get(playback::step))
        .route("/exercises/{slug}/hints/{n}", post(hints::post))
        .route("/exercises/{slug}/hints/{n}/fragment", post(hints::fragment))
        .route("/progress", get(progress::get))
        .route("/progress/code", post(handover::make))
        .route("/progress/enter", post(handover::enter))
        .route("/progress/forget", get(forget::ask).post(forget::post))
        .route("/questions", get(questions::get))
        .route("/questions/{slug}", get(question::get))
        .route("/questions/{slug}/answers", get(answers::get).post(question::post))
        .route("/questions/{slug}/answers/{id}", get(answer::get))
        .route("/questions/{slug}/answers/{id}/points", post(answer::post))
        .route("/runs/{id}", get(run::get))
        .route("/runs/{id}/result", get(run::result))
        .route("/runs/{id}/first", get(first::get))
        .route("/runs/{id}/report", get(run::report))
        .route("/runs/{id}/against/{other}", get(against::get))
        .route("/runs/{id}/observations", post(inside::post))
        .route("/runs/{id}/timeline", get(inside::timeline))
        .route("/runs/{id}/profiles/{kind}", get(inside::profile))
        .route("/language", post(language::choose))
        .route("/static/{key}/{name}", get(assets::get))
        .fallback(not_found)
}

async fn not_found() -> PageError {
    PageError::not_found(language::say("error-no-address").to_string())
}
