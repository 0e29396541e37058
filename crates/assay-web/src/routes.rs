use axum::Router;
use axum::middleware::{from_fn, map_response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::trace::TraceLayer;

use crate::state::AppState;
use crate::{api, language, pages, protect};

/// Everything that is served, with what holds for every request; the last layer is the outermost.
pub(crate) fn router(state: AppState) -> Router {
    Router::new()
        .nest("/api", api::routes())
        .merge(api::health_routes())
        .merge(pages::routes())
        .layer(CsrfLayer::new().with_rejection_response(protect::cross_site))
        .layer(CatchPanicLayer::custom(protect::panicked))
        .layer(from_fn(pages::error_pages))
        .layer(from_fn(language::follow))
        .layer(CompressionLayer::new())
        .layer(map_response(protect::headers))
        .layer(TraceLayer::new_for_http())
        .with_state(state)
}

/// What a process serves that only grades.
pub(crate) fn health_router(state: AppState) -> Router {
    Router::new()
        .merge(api::health_routes())
        .layer(CatchPanicLayer::custom(protect::panicked))
        .layer(map_response(protect::headers))
        .with_state(state)
}
