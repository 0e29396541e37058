use assay_core::SubmissionId;
use sqlx::AnyConnection;

use super::sql;
use crate::StoreError;

/// A report as it is kept: its JSON, and the hash of the part that was too large for it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Row {
    pub(crate) json: String,
    pub(crate) artefact: Option<String>,
}

pub(crate) async fn insert(
    db: &mut AnyConnection,
    id: SubmissionId,
    row: &Row,
    toolchain: &str,
) -> Result<(), StoreError> {
    sqlx::query(sql!("report_insert"))
        .bind(id.to_string())
        .bind(&row.json)
        .bind(toolchain)
        .bind(row.artefact.as_deref())
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn of(db: &mut AnyConnection, id: SubmissionId) -> Result<Option<Row>, StoreError> {
    Ok(sqlx::query_as(sql!("report_of")).bind(id.to_string()).fetch_optional(db).await?)
}
