use assay_core::{Report, SubmissionId};
use sqlx::SqliteConnection;

use crate::StoreError;

pub(crate) async fn insert(
    db: &mut SqliteConnection,
    id: SubmissionId,
    report: &Report,
) -> Result<(), StoreError> {
    let json = serde_json::to_string(report).map_err(|e| StoreError::damaged("report", id, e))?;
    sqlx::query("INSERT INTO reports (submission, json) VALUES (?, ?)")
        .bind(id.to_string())
        .bind(json)
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn of(db: &mut SqliteConnection, id: SubmissionId) -> Result<Option<Report>, StoreError> {
    let json: Option<String> = sqlx::query_scalar("SELECT json FROM reports WHERE submission = ?")
        .bind(id.to_string())
        .fetch_optional(db)
        .await?;
    json.map(|j| serde_json::from_str(&j).map_err(|e| StoreError::damaged("report", id, e))).transpose()
}
