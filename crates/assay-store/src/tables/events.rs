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

/// Every waiting submission in the order of the queue, with its last event as JSON.
pub(crate) async fn last_of_waiting(
    db: &mut SqliteConnection,
) -> Result<Vec<(String, Option<String>)>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT s.id, (SELECT json FROM events e WHERE e.submission = s.id ORDER BY e.seq DESC LIMIT 1)
         FROM submissions s WHERE s.state = 'queued' ORDER BY s.place",
    )
    .fetch_all(db)
    .await?)
}
