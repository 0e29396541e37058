use askama::Template;
use assay_store::StoreError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::layout;
use crate::problem::sentence;
use crate::service::SubmitError;

/// Seconds after which a full queue may have room, as the API says it.
const AGAIN_AFTER: &str = "10";

/// A page that could not be given, in words for people.
#[derive(Debug)]
pub(crate) struct PageError {
    status: StatusCode,
    title: &'static str,
    detail: String,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    title: &'a str,
    detail: &'a str,
    status: u16,
}

impl PageError {
    /// There is nothing at that address.
    pub(crate) fn not_found(detail: impl Into<String>) -> PageError {
        PageError { status: StatusCode::NOT_FOUND, title: "Not here", detail: detail.into() }
    }

    /// What was asked for does not go together with how things are.
    pub(crate) fn conflict(title: &'static str, detail: &str) -> PageError {
        PageError { status: StatusCode::CONFLICT, title, detail: detail.to_owned() }
    }

    /// Something of ours broke; the log has the cause, the page does not.
    fn ours() -> PageError {
        PageError {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            title: "Our fault",
            detail: "Something on our side broke. Nothing of yours is lost; load the page again in a moment."
                .into(),
        }
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> PageError {
        tracing::error!(%error, "a page could not be made");
        match &error {
            StoreError::QueueFull { waiting } => PageError {
                status: StatusCode::SERVICE_UNAVAILABLE,
                title: "The queue is full",
                detail: format!(
                    "{waiting} submissions wait already. Go back, your code is still in the form, and send it again in a minute."
                ),
            },
            StoreError::OwnerFull { .. } => PageError {
                status: StatusCode::TOO_MANY_REQUESTS,
                title: "Too many of yours wait",
                detail: format!("{} Go back, your code is still in the form.", sentence(&error.to_string())),
            },
            _ if error.is_passing() => {
                PageError { status: StatusCode::SERVICE_UNAVAILABLE, ..PageError::ours() }
            }
            _ => PageError::ours(),
        }
    }
}

impl From<SubmitError> for PageError {
    fn from(error: SubmitError) -> PageError {
        match error {
            SubmitError::Store(error) => error.into(),
            SubmitError::Stopping => PageError {
                status: StatusCode::SERVICE_UNAVAILABLE,
                title: "The server is stopping",
                detail: "Go back, your code is still in the form, and send it again in a minute.".into(),
            },
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
        let page = ErrorPage { title: self.title, detail: &self.detail, status: self.status.as_u16() };
        let html = page.render().unwrap_or_else(|_| self.detail.clone());
        let mut response = (self.status, Html(html)).into_response();
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(AGAIN_AFTER));
        }
        response
    }
}
