use assay_core::FileError;
use assay_store::StoreError;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

/// What can go wrong, as a closed set; each has a stable name, a title and a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    NotFound,
    UnknownExercise,
    UnknownSubmission,
    UnknownHint,
    UnknownQuestion,
    UnknownAnswer,
    UnknownPoint,
    AnswerBehind,
    AnswerDone,
    AnswerOpen,
    ReportNotReady,
    NoObservation,
    MethodNotAllowed,
    CrossSite,
    WrongContentType,
    TooSlow,
    TooLarge,
    NotUtf8,
    NotJson,
    WrongShape,
    BadFileName,
    FileTwice,
    TooManyFiles,
    Empty,
    BadKey,
    KeyReused,
    BadEventNumber,
    BadQuery,
    QueueFull,
    OwnerFull,
    Stopping,
    NotYours,
    IsOver,
    DraftBehind,
    NoDraft,
    NobodyYet,
    BadToken,
    BadCode,
    TooManyCodes,
    StorageAway,
    FormatterBusy,
    NotReady,
    StorageBusy,
    StorageFull,
    Internal,
}

impl Kind {
    fn parts(self) -> (&'static str, &'static str, u16) {
        match self {
            Kind::NotFound => ("not-found", "Nothing is here", 404),
            Kind::UnknownExercise => ("unknown-exercise", "No such exercise", 404),
            Kind::UnknownSubmission => ("unknown-submission", "No such submission", 404),
            Kind::UnknownHint => ("unknown-hint", "No such hint", 404),
            Kind::UnknownQuestion => ("unknown-question", "No such question", 404),
            Kind::UnknownAnswer => ("unknown-answer", "No such answer", 404),
            Kind::UnknownPoint => ("unknown-point", "No such point", 422),
            Kind::AnswerBehind => ("answer-behind", "The answer was saved elsewhere", 409),
            Kind::AnswerDone => ("answer-done", "The answer is done", 409),
            Kind::AnswerOpen => ("answer-open", "The answer is not done yet", 409),
            Kind::ReportNotReady => ("report-not-ready", "There is no report yet", 404),
            Kind::NoObservation => ("no-observation", "There is no observation", 404),
            Kind::MethodNotAllowed => ("method-not-allowed", "This method does not work here", 405),
            Kind::CrossSite => ("cross-site", "Refused: the request comes from another site", 403),
            Kind::WrongContentType => ("wrong-content-type", "The body must be JSON", 415),
            Kind::TooSlow => ("too-slow", "The body did not arrive in time", 408),
            Kind::TooLarge => ("too-large", "Too large", 413),
            Kind::NotUtf8 => ("not-utf8", "The body is not UTF-8", 400),
            Kind::NotJson => ("not-json", "The body is not JSON", 400),
            Kind::WrongShape => ("wrong-shape", "The JSON has not the expected shape", 422),
            Kind::BadFileName => ("bad-file-name", "A file name is not allowed", 422),
            Kind::FileTwice => ("file-twice", "A file is there twice", 422),
            Kind::NotYours => ("not-yours", "This submission is not yours", 403),
            Kind::IsOver => ("is-over", "It is over", 409),
            Kind::DraftBehind => ("draft-behind", "The draft was saved elsewhere", 409),
            Kind::NoDraft => ("no-draft", "There is no draft", 404),
            Kind::FormatterBusy => ("formatter-busy", "gofmt is busy", 503),
            Kind::NobodyYet => ("nobody-yet", "Nobody is known here yet", 401),
            Kind::BadToken => ("bad-token", "The token is not usable", 401),
            Kind::BadCode => ("bad-code", "This code is not good", 422),
            Kind::TooManyCodes => ("too-many-codes", "Too many codes that were none", 429),
            Kind::StorageAway => ("storage-away", "The storage does not answer", 503),
            Kind::TooManyFiles => ("too-many-files", "Too many files", 422),
            Kind::Empty => ("empty-submission", "Nothing to grade", 422),
            Kind::BadKey => ("bad-idempotency-key", "The Idempotency-Key is not usable", 400),
            Kind::KeyReused => {
                ("idempotency-key-reused", "The Idempotency-Key stands for something else", 409)
            }
            Kind::BadEventNumber => ("bad-event-number", "The event number is not usable", 400),
            Kind::BadQuery => ("bad-query", "The part after `?` is not usable", 400),
            Kind::QueueFull => ("queue-full", "The queue is full", 429),
            Kind::OwnerFull => ("too-many-waiting", "Too many of your submissions wait", 429),
            Kind::Stopping => ("stopping", "The server is stopping", 503),
            Kind::NotReady => ("not-ready", "The server cannot grade now", 503),
            Kind::StorageBusy => ("storage-busy", "The storage is busy", 503),
            Kind::StorageFull => ("storage-full", "The storage is full", 503),
            Kind::Internal => ("internal", "Something failed on our side", 500),
        }
    }

    /// Seconds after which the same request may work.
    fn retry_after(self) -> Option<u16> {
        match self {
            Kind::QueueFull | Kind::OwnerFull => Some(10),
            Kind::FormatterBusy => Some(2),
            Kind::Stopping | Kind::NotReady | Kind::StorageBusy | Kind::StorageAway => Some(5),
            Kind::StorageFull => Some(60),
            Kind::TooManyCodes => Some(600),
            _ => None,
        }
    }
}

/// An error as RFC 9457 has it: what kind, why this time, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    #[serde(skip)]
    pub(crate) kind: Kind,
    /// `urn:assay:problem:<kind>`; stable.
    #[serde(rename = "type")]
    uri: String,
    title: &'static str,
    pub(crate) status: u16,
    /// Why this time, and what to do.
    pub(crate) detail: String,
    /// What a program may want of it.
    #[serde(flatten)]
    members: Map<String, Value>,
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Problem {
        let (name, title, status) = kind.parts();
        let uri = format!("urn:assay:problem:{name}");
        Problem { kind, uri, title, status, detail: detail.into(), members: Map::new() }
    }

    /// With one more member.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Problem {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// A failure of ours: logged in full, told in general.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Problem {
        tracing::error!(%cause, "request failed");
        Problem::new(Kind::Internal, "The cause is in the server's log. Nothing was lost; try again.")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let kind = self.kind;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = kind.retry_after() {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Problem {
        let kind = match error {
            FileError::Name(_) => Kind::BadFileName,
            FileError::Empty => Kind::Empty,
            FileError::TooMany(_) => Kind::TooManyFiles,
            FileError::TooLarge(_) => Kind::TooLarge,
            FileError::Twice(_) => Kind::FileTwice,
            FileError::NotUtf8(_) => Kind::NotUtf8,
        };
        Problem::new(kind, sentence(&error.to_string()))
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        match error {
            StoreError::KeyReused { first } => Problem::new(
                Kind::KeyReused,
                "This key was sent before with a different body. Use a new key for a new submission.",
            )
            .with("submission", first.to_string()),
            StoreError::QueueFull { waiting } => Problem::new(
                Kind::QueueFull,
                format!("{waiting} submissions wait already. Send the same request again in a while."),
            )
            .with("position", waiting + 1),
            StoreError::OwnerFull { waiting } => {
                Problem::new(Kind::OwnerFull, sentence(&error.to_string())).with("waiting", waiting)
            }
            StoreError::Busy(cause) => {
                tracing::warn!(%cause, "storage busy");
                Problem::new(Kind::StorageBusy, "Nothing was stored. Send the same request again.")
            }
            StoreError::Full(cause) => {
                tracing::error!(%cause, "storage full");
                Problem::new(
                    Kind::StorageFull,
                    "Nothing was stored. The operator has to make room; send the same request again later.",
                )
            }
            StoreError::Away(_) | StoreError::Broker(_) | StoreError::Conflict(_) => {
                tracing::error!(%error, "storage away");
                Problem::new(
                    Kind::StorageAway,
                    "Nothing was stored, as far as is known. Send the same request, with the same Idempotency-Key, again.",
                )
            }
            other => Problem::internal(other),
        }
    }
}

/// An error's text as a sentence of its own.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}
