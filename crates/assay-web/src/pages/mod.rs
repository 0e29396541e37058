//! Pages for people.

use axum::Router;

use crate::state::AppState;

/// Every page and asset; merged beside the API.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
}
