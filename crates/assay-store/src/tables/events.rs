use assay_core::{Event, Numbered, SubmissionId};
use sqlx::AnyConnection;

use super::sql;
use crate::StoreError;

/// Appends one event and gives its number. A report is in `reports` and nowhere else: its event has no text.
pub(crate) async fn append(
    db: &mut AnyConnection,
    id: SubmissionId,
    event: &Event,
) -> Result<u64, StoreError> {
    let json = match event {
        Event::Finished { .. } => None,
        other => Some(write(id, other)?),
    };
    let seq: i64 =
        sqlx::query_scalar(sql!("event_append")).bind(id.to_string()).bind(json).fetch_one(db).await?;
    Ok(seq as u64)
}

/// So many events are appended by one statement.
const AT_ONCE: usize = 16;

/// Appends events of one that is not over, in this order, and gives the number of the last; none when there are none.
pub(crate) async fn append_all(
    db: &mut AnyConnection,
    id: SubmissionId,
    events: &[Event],
) -> Result<Option<u64>, StoreError> {
    let mut last = None;
    for some in events.chunks(AT_ONCE) {
        let texts = some.iter().map(|event| write(id, event)).collect::<Result<Vec<_>, _>>()?;
        let mut query = sqlx::query_scalar(sql!("events_append")).bind(id.to_string());
        for n in 0..AT_ONCE {
            query = query.bind(texts.get(n).cloned());
        }
        last = query.fetch_all(&mut *db).await?.into_iter().max().map(|seq: i64| seq as u64);
    }
    Ok(last)
}

fn write(id: SubmissionId, event: &Event) -> Result<String, StoreError> {
    serde_json::to_string(event).map_err(|e| StoreError::damaged("event", id, e))
}

/// Number and text of the events after number `after`, in order; no text for the one that is the report.
pub(crate) async fn after(
    db: &mut AnyConnection,
    id: SubmissionId,
    after: u64,
) -> Result<Vec<(u64, Option<String>)>, StoreError> {
    let rows: Vec<(i64, Option<String>)> = sqlx::query_as(sql!("events_after"))
        .bind(id.to_string())
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|(seq, json)| (seq as u64, json)).collect())
}

/// An event of its text.
pub(crate) fn read(id: SubmissionId, seq: u64, json: &str) -> Result<Numbered, StoreError> {
    let event = Event::read(json).map_err(|e| StoreError::damaged("event", id, e))?;
    Ok(Numbered { seq, event })
}

/// The last event of one that is not over; none when it has none that makes sense.
pub(crate) async fn last(db: &mut AnyConnection, id: SubmissionId) -> Result<Option<Event>, StoreError> {
    let json: Option<Option<String>> =
        sqlx::query_scalar(sql!("event_last")).bind(id.to_string()).fetch_optional(db).await?;
    Ok(json.flatten().and_then(|json| Event::read(&json).ok()))
}

/// Takes back the last event: what was over goes on.
pub(crate) async fn delete_last(db: &mut AnyConnection, id: SubmissionId) -> Result<(), StoreError> {
    sqlx::query(sql!("event_delete_last")).bind(id.to_string()).execute(db).await?;
    Ok(())
}
