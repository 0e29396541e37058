use assay_core::{Event, Numbered};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio_stream::StreamExt as _;

use super::params::{PathParam, QueryParam};
use super::submissions::find;
use crate::events::{already_read, stream};
use crate::problem::Problem;
use crate::state::AppState;

#[derive(Deserialize)]
pub(crate) struct AfterQuery {
    after: Option<String>,
}

/// The events of a submission, from the first that the reader has not, until the last. A reader that comes back with
/// everything gets 204, which tells an `EventSource` to stay away.
pub(crate) async fn follow(
    State(app): State<AppState>,
    PathParam(id): PathParam<String>,
    QueryParam(query): QueryParam<AfterQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let record = find(&app, &id).await?;
    let after = already_read(&headers, query.after.as_deref())?;
    if record.state.is_over() && app.service.has_read_all(record.id, after).await? {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let events = app.service.follow(record.id, after).map(|next| next.map(without_observation));
    Ok(stream(events, |numbered| {
        // Strings, numbers and lists of them: there is nothing in an event that JSON cannot hold.
        serde_json::to_string(numbered).unwrap_or_default()
    }))
}

/// An observation is megabytes, and whoever wants it asks for it: `/observation`, or the whole report.
fn without_observation(mut numbered: Numbered) -> Numbered {
    if let Event::Finished { report } = &mut numbered.event {
        report.observed = None;
    }
    numbered
}
