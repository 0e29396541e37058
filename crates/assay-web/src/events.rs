use std::convert::Infallible;
use std::time::Duration;

use assay_core::{Event, Numbered};
use assay_store::StoreError;
use axum::http::{HeaderMap, HeaderName};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use tokio_stream::{Stream, StreamExt};

use crate::problem::{Kind, Problem};

/// A comment so often keeps proxies from closing a quiet stream; most give up after 60 s.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The name of an event on the wire, the same as its `type`.
pub(crate) fn name(event: &Event) -> &'static str {
    match event {
        Event::Queued { .. } => "queued",
        Event::Started { .. } => "started",
        Event::Step { .. } => "step",
        Event::Plan { .. } => "plan",
        Event::Test { .. } => "test",
        Event::Evidence { .. } => "evidence",
        Event::Finished { .. } => "finished",
        Event::Faulted { .. } => "faulted",
        Event::Canceled => "canceled",
        Event::Unknown => "unknown",
    }
}

/// The number that a reader already has: `Last-Event-ID` of a reconnecting one, else what it asked for, else 0.
pub(crate) fn already_read(headers: &HeaderMap, asked: Option<&str>) -> Result<u64, Problem> {
    let header = headers.get(LAST_EVENT_ID).map(|v| v.to_str().unwrap_or("?"));
    match header.or(asked) {
        None => Ok(0),
        Some(text) => text.trim().parse().map_err(|_| {
            Problem::new(
                Kind::BadEventNumber,
                "`Last-Event-ID` and `after` are numbers of events that were received, 0 for none.",
            )
        }),
    }
}

/// Events as a stream of server-sent events: `id` is the number, `event` the name, `data` what `data` makes of it.
/// A failing store ends the stream; the reader comes back with its number.
pub(crate) fn stream<D>(
    events: impl Stream<Item = Result<Numbered, StoreError>> + Send + 'static,
    data: D,
) -> Response
where
    D: Fn(&Numbered) -> String + Send + 'static,
{
    let frames = events.map_while(move |event| match event {
        Ok(numbered) => Some(Ok::<_, Infallible>(
            sse::Event::default()
                .id(numbered.seq.to_string())
                .event(name(&numbered.event))
                .data(data(&numbered)),
        )),
        Err(error) => {
            tracing::error!(%error, "event stream ended early");
            None
        }
    });
    Sse::new(frames).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}
