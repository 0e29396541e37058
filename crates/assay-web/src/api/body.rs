use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use tokio_stream::StreamExt;

use crate::problem::{Kind, Problem, sentence};

/// Largest body, bytes. The files themselves have a lower bound; JSON needs room for escapes.
const MOST_BYTES: usize = 1 << 20;
/// How long a body may take: 1 MiB at 64 KiB/s.
const MOST_TIME: Duration = Duration::from_secs(16);

/// A JSON body of the form `T`; everything that is wrong with it becomes a problem that says where.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<JsonBody<T>, Problem> {
        let (head, body) = request.into_parts();
        check_type(&head.headers)?;
        let too_slow = |_| {
            let seconds = MOST_TIME.as_secs();
            Problem::new(
                Kind::TooSlow,
                format!("It was not complete after {seconds} seconds. Send it again."),
            )
        };
        let bytes = tokio::time::timeout(MOST_TIME, read(&head.headers, body)).await.map_err(too_slow)??;
        parse(&bytes).map(JsonBody)
    }
}

fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    let sent = headers.get(header::CONTENT_TYPE).map(|v| String::from_utf8_lossy(v.as_bytes()));
    let essence = sent.as_deref().and_then(|s| s.split(';').next()).unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let came = if essence.is_empty() { "no `Content-Type`".into() } else { format!("`{essence}`") };
    Err(Problem::new(
        Kind::WrongContentType,
        format!("The request has {came}. Send JSON with `Content-Type: application/json`."),
    ))
}

async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Problem> {
    let too_large = || {
        Problem::new(Kind::TooLarge, format!("The body is over {MOST_BYTES} bytes. Send less code."))
            .with("most_bytes", MOST_BYTES)
    };
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|n| n > MOST_BYTES) {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(announced.unwrap_or_default());
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|e| Problem::new(Kind::NotJson, format!("The body broke off: {e}.")))?;
        if bytes.len() + chunk.len() > MOST_BYTES {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let at = e.valid_up_to();
        Problem::new(
            Kind::NotUtf8,
            format!("Byte {at} of the body is no UTF-8. JSON is UTF-8; convert the files first."),
        )
        .with("byte", at)
    })?;
    if text.trim().is_empty() {
        return Err(Problem::new(Kind::NotJson, "The body is empty. Send a JSON object."));
    }
    serde_json::from_str(text).map_err(|e| {
        let kind = match e.classify() {
            Category::Data => Kind::WrongShape,
            Category::Syntax | Category::Eof | Category::Io => Kind::NotJson,
        };
        Problem::new(kind, sentence(&e.to_string())).with("line", e.line()).with("column", e.column())
    })
}
