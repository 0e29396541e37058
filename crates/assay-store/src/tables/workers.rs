use sqlx::{AnyConnection, FromRow};

use super::sql;
use crate::StoreError;

#[derive(FromRow)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) capabilities: String,
    pub(crate) slots: i64,
    pub(crate) beat: i64,
    pub(crate) started_ms: i64,
}

/// Adds a worker that is not there yet.
pub(crate) async fn insert(db: &mut AnyConnection, row: &Row) -> Result<(), StoreError> {
    sqlx::query(sql!("worker_insert"))
        .bind(&row.id)
        .bind(&row.name)
        .bind(&row.version)
        .bind(&row.capabilities)
        .bind(row.slots)
        .bind(row.started_ms)
        .execute(db)
        .await?;
    Ok(())
}

/// Whether it was there.
pub(crate) async fn beat(db: &mut AnyConnection, id: &str) -> Result<bool, StoreError> {
    Ok(sqlx::query(sql!("worker_beat")).bind(id).execute(db).await?.rows_affected() > 0)
}

pub(crate) async fn delete(db: &mut AnyConnection, id: &str) -> Result<(), StoreError> {
    sqlx::query(sql!("worker_delete")).bind(id).execute(db).await?;
    Ok(())
}

/// Deletes it unless it has beaten since.
pub(crate) async fn delete_silent(db: &mut AnyConnection, id: &str, beat: i64) -> Result<bool, StoreError> {
    Ok(sqlx::query(sql!("worker_delete_silent")).bind(id).bind(beat).execute(db).await?.rows_affected() > 0)
}

pub(crate) async fn all(db: &mut AnyConnection) -> Result<Vec<Row>, StoreError> {
    Ok(sqlx::query_as(sql!("workers")).fetch_all(db).await?)
}
