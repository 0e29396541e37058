use assay_core::{Event, Numbered, SubmissionId};
use sqlx::SqliteConnection;

use super::reports;
use crate::StoreError;

/// Appends one event and gives its number.
pub(crate) async fn append(
    db: &mut SqliteConnection,
    id: SubmissionId,
    event: &Event,
) -> Result<u64, StoreError> {
    let json = match event {
        Event::Finished { .. } => None,
        other => Some(serde_json::to_string(other).map_err(|e| StoreError::damaged("event", id, e))?),
    };
    let seq: i64 = sqlx::query_scalar(
        "INSERT INTO events (submission, seq, json)
         SELECT ?1, coalesce(max(seq), 0) + 1, ?2 FROM events WHERE submission = ?1
         RETURNING seq",
    )
    .bind(id.to_string())
    .bind(json)
    .fetch_one(db)
    .await?;
    Ok(seq as u64)
}

/// Events with a number over `after`, in order.
pub(crate) async fn after(
    db: &mut SqliteConnection,
    id: SubmissionId,
    after: u64,
) -> Result<Vec<Numbered>, StoreError> {
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let rows: Vec<(i64, Option<String>)> =
        sqlx::query_as("SELECT seq, json FROM events WHERE submission = ? AND seq > ? ORDER BY seq")
            .bind(id.to_string())
            .bind(after)
            .fetch_all(&mut *db)
            .await?;
    let mut events = Vec::with_capacity(rows.len());
    for (seq, json) in rows {
        let event = match json {
            Some(json) => serde_json::from_str(&json).map_err(|e| StoreError::damaged("event", id, e))?,
            None => {
                let report = reports::of(&mut *db, id).await?;
                let report = report.ok_or_else(|| StoreError::damaged("report", id, "it is missing"))?;
                Event::Finished { report: Box::new(report) }
            }
        };
        events.push(Numbered { seq: seq as u64, event });
    }
    Ok(events)
}

/// The last event of one that is not over; none when it has none that makes sense.
pub(crate) async fn last(db: &mut SqliteConnection, id: SubmissionId) -> Result<Option<Event>, StoreError> {
    let json: Option<Option<String>> =
        sqlx::query_scalar("SELECT json FROM events WHERE submission = ? ORDER BY seq DESC LIMIT 1")
            .bind(id.to_string())
            .fetch_optional(db)
            .await?;
    Ok(json.flatten().and_then(|json| serde_json::from_str(&json).ok()))
}
