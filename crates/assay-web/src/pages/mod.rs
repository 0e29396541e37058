//! Pages for people: drawn whole by the server, readable without scripts.

mod assets;
mod bench;
mod diff;
mod error;
mod evidence;
mod figures;
mod goroutines;
mod layout;
mod list;
mod markdown;
mod matrix;
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

use crate::language;
use crate::state::AppState;
use error::PageError;

/// Every page and asset; merged beside the API.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(async || Redirect::to("/exercises")))
        .route("/exercises", get(list::get))
        .route("/exercises/{slug}", get(bench::get))
        .route("/exercises/{slug}/runs", post(bench::post))
        .route("/runs/{id}", get(run::get))
        .route("/runs/{id}/result", get(run::result))
        .route("/runs/{id}/report", get(run::report))
        .route("/language", post(language::choose))
        .route("/static/{key}/{name}", get(assets::get))
        .fallback(not_found)
}

async fn not_found() -> PageError {
    PageError::not_found("There is nothing at this address.")
}
