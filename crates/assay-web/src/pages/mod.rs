//! Pages for people: drawn whole by the server, readable without scripts.

mod assets;
mod bench;
mod diff;
mod error;
mod evidence;
mod figures;
mod first;
mod forget;
mod goroutines;
mod handover;
mod hints;
mod layout;
mod learned;
mod list;
mod markdown;
mod matrix;
mod progress;
mod run;
mod sentence;
mod shown;
mod source;
#[cfg(test)]
mod tests;
mod units;
mod verdict;
mod vet;

use axum::Router;
use axum::response::Redirect;
use axum::routing::{get, post};

use crate::state::AppState;
pub(crate) use error::PageError;

/// Every page and asset; merged beside the API.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(async || Redirect::to("/exercises")))
        .route("/exercises", get(list::get))
        .route("/exercises/{slug}", get(bench::get))
        .route("/exercises/{slug}/runs", post(bench::post))
        .route("/exercises/{slug}/hints/{n}", post(hints::post))
        .route("/exercises/{slug}/hints/{n}/fragment", post(hints::fragment))
        .route("/progress", get(progress::get))
        .route("/progress/code", post(handover::make))
        .route("/progress/enter", post(handover::enter))
        .route("/progress/forget", get(forget::ask).post(forget::post))
        .route("/runs/{id}", get(run::get))
        .route("/runs/{id}/result", get(run::result))
        .route("/runs/{id}/first", get(first::get))
        .route("/runs/{id}/report", get(run::report))
        .route("/static/{key}/{name}", get(assets::get))
        .fallback(not_found)
}

async fn not_found() -> PageError {
    PageError::not_found("There is nothing at this address.")
}
