//! What a browser gets in place of a page: what happened, and where to go on.

use askama::Template;
use assay_store::StoreError;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::layout;
use crate::language::{Message, say};
use crate::service::SubmitError;

/// Seconds after which a full queue may have room, as the API says it.
const QUEUE: u16 = 10;
/// Seconds after which what is busy, away or stopping may be there again.
const SOON: u16 = 5;
/// Seconds after which somebody may have made room on the disk.
const ROOM: u16 = 60;

/// A page that could not be given, in words for people. [`error_pages`] draws it.
#[derive(Debug, Clone)]
pub(crate) struct PageError {
    status: StatusCode,
    title: String,
    detail: String,
    /// Where to go on, besides the lists that every such page has.
    links: Vec<(String, String)>,
    /// Seconds after which the same request may work.
    again: Option<u16>,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    error: &'a PageError,
    status: u16,
    /// Seconds after which the page loads itself again. What was posted is not sent again by itself.
    again: Option<u16>,
    /// Whether something was posted, which is still in the form.
    posted: bool,
}

impl PageError {
    fn new(status: StatusCode, title: impl Into<String>, detail: impl Into<String>) -> PageError {
        PageError { status, title: title.into(), detail: detail.into(), links: Vec::new(), again: None }
    }

    /// There is nothing at that address.
    pub(crate) fn not_found(detail: impl Into<String>) -> PageError {
        PageError::new(StatusCode::NOT_FOUND, say("error-not-here").to_string(), detail)
    }

    /// There was something at that address, and it was taken away.
    pub(crate) fn gone(detail: impl Into<String>) -> PageError {
        PageError::new(StatusCode::GONE, say("error-gone").to_string(), detail)
    }

    /// A form with something that cannot be taken.
    pub(crate) fn not_taken(detail: impl Into<String>) -> PageError {
        PageError::new(StatusCode::UNPROCESSABLE_ENTITY, say("error-not-taken").to_string(), detail)
    }

    /// With one more place to go on.
    pub(crate) fn with_link(mut self, to: impl Into<String>, name: impl Into<String>) -> PageError {
        self.links.push((to.into(), name.into()));
        self
    }

    /// The address makes no sense, or what it asks for is not to be had yet.
    pub(crate) fn refused(
        status: StatusCode,
        title: impl Into<String>,
        detail: impl Into<String>,
    ) -> PageError {
        PageError::new(status, title, detail)
    }

    /// What was asked for does not go together with how things are.
    pub(crate) fn conflict(title: impl Into<String>, detail: impl Into<String>) -> PageError {
        PageError::new(StatusCode::CONFLICT, title, detail)
    }

    /// Something of ours broke; the log has the cause, the page does not.
    fn ours() -> PageError {
        PageError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            say("error-ours").to_string(),
            say("error-ours-detail").to_string(),
        )
    }

    /// It passes by itself.
    fn passing(title: impl Into<String>, detail: impl Into<String>, again: u16) -> PageError {
        PageError { again: Some(again), ..PageError::new(StatusCode::SERVICE_UNAVAILABLE, title, detail) }
    }

    /// What an answer without words of its own means.
    fn of_status(status: StatusCode) -> PageError {
        let (title, detail) = match status {
            StatusCode::NOT_FOUND => return PageError::not_found(say("error-no-address").to_string()),
            StatusCode::FORBIDDEN => (say("error-refused"), say("error-refused-detail")),
            StatusCode::METHOD_NOT_ALLOWED => (say("error-method"), say("error-method-detail")),
            StatusCode::PAYLOAD_TOO_LARGE => (say("error-too-large"), say("error-too-large-detail")),
            StatusCode::SERVICE_UNAVAILABLE => {
                let (title, detail) = (say("error-not-now"), say("error-not-now-detail"));
                return PageError::passing(title.to_string(), detail.to_string(), SOON);
            }
            status if status.is_server_error() => return PageError::ours(),
            _ => (say("error-not-understood"), say("error-not-understood-detail")),
        };
        PageError::new(status, title.to_string(), detail.to_string())
    }

    fn draw(&self, method: &Method) -> Result<String, askama::Error> {
        let reads = matches!(*method, Method::GET | Method::HEAD);
        let again = self.again.filter(|_| reads);
        ErrorPage { error: self, status: self.status.as_u16(), again, posted: !reads }.render()
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> PageError {
        tracing::error!(%error, "a page could not be made");
        let passing = |title: Message<'_>, detail: Message<'_>, again| {
            PageError::passing(title.to_string(), detail.to_string(), again)
        };
        match &error {
            StoreError::QueueFull { waiting } => {
                let detail = say("error-queue-full-detail").with("waiting", waiting);
                passing(say("error-queue-full"), detail, QUEUE)
            }
            StoreError::OwnerFull { waiting } => {
                let detail = say("error-owner-full-detail").with("waiting", waiting);
                PageError {
                    status: StatusCode::TOO_MANY_REQUESTS,
                    ..passing(say("error-owner-full"), detail, QUEUE)
                }
            }
            StoreError::Full(_) => passing(say("error-disk-full"), say("error-disk-full-detail"), ROOM),
            _ if error.is_passing() => passing(say("error-database"), say("error-database-detail"), SOON),
            _ => PageError::ours(),
        }
    }
}

impl From<SubmitError> for PageError {
    fn from(error: SubmitError) -> PageError {
        match error {
            SubmitError::Store(error) => error.into(),
            SubmitError::Stopping => {
                let (title, detail) = (say("error-stopping"), say("error-stopping-detail"));
                PageError::passing(title.to_string(), detail.to_string(), SOON)
            }
        }
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> PageError {
        tracing::error!(%error, "a page could not be drawn");
        PageError::ours()
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.detail.clone()).into_response();
        if let Some(seconds) = self.again {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Draws every refusal and failure outside of the API as a page, whoever made it: a handler, a form that could not be read, the check for
/// other sites, a panic.
pub(crate) async fn error_pages(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let for_programs = is_for_programs(request.uri().path());
    let mut response = next.run(request).await;
    let status = response.status();
    if for_programs || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let told = response.extensions_mut().remove::<PageError>();
    let is_drawn =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
    if told.is_none() && is_drawn {
        return response;
    }
    let error = told.unwrap_or_else(|| PageError::of_status(status));
    let html = error.draw(&method).unwrap_or_else(|_| error.detail.clone());
    *response.body_mut() = if method == Method::HEAD { Body::empty() } else { Body::from(html) };
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Whether what is there is read by programs alone.
fn is_for_programs(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    ["api", "static", "livez", "readyz", "metrics"].contains(&first)
}
