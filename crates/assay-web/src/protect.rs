//! What keeps browsers from being used against us: response headers and the refusal of cross-site writes.

use std::any::Any;

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tower_http::csrf::ProtectionError;

use crate::problem::{Kind, Problem};

/// Nothing inline, nothing from elsewhere, in no frame. The editor keeps to it by living in a shadow root, where its
/// styles are constructed sheets.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// Adds the headers to every response that has not its own.
pub(crate) async fn headers(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

/// What a refused cross-site write gets.
pub(crate) fn cross_site(error: ProtectionError) -> Response {
    tracing::warn!(%error, "cross-site request refused");
    Problem::new(
        Kind::CrossSite,
        "A page of another site tried to write here in your name. If you meant it, do it from this site.",
    )
    .into_response()
}

/// What a panic in a handler becomes.
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    Problem::internal(format!("panic: {}", panic_text(panic.as_ref()))).into_response()
}

/// The message of a panic.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
