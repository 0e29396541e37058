use assay_core::Slug;
use sqlx::{AnyConnection, FromRow};

use super::sql;
use crate::StoreError;

#[derive(FromRow)]
pub(crate) struct Row {
    pub(crate) revision: i64,
    pub(crate) files: String,
    pub(crate) saved_ms: i64,
}

/// One of many.
#[derive(FromRow)]
pub(crate) struct Named {
    pub(crate) exercise: String,
    #[sqlx(flatten)]
    pub(crate) row: Row,
}

pub(crate) async fn insert(
    db: &mut AnyConnection,
    owner: &str,
    exercise: &Slug,
    row: &Row,
) -> Result<(), StoreError> {
    sqlx::query(sql!("draft_insert"))
        .bind(owner)
        .bind(exercise.as_str())
        .bind(row.revision)
        .bind(&row.files)
        .bind(row.saved_ms)
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn last(
    db: &mut AnyConnection,
    owner: &str,
    exercise: &Slug,
) -> Result<Option<Row>, StoreError> {
    Ok(sqlx::query_as(sql!("draft_last")).bind(owner).bind(exercise.as_str()).fetch_optional(db).await?)
}

/// All of one owner, by exercise and revision.
pub(crate) async fn of(db: &mut AnyConnection, owner: &str) -> Result<Vec<Named>, StoreError> {
    Ok(sqlx::query_as(sql!("drafts_of")).bind(owner).fetch_all(db).await?)
}

pub(crate) async fn delete_of(db: &mut AnyConnection, owner: &str) -> Result<u64, StoreError> {
    Ok(sqlx::query(sql!("drafts_delete_of")).bind(owner).execute(db).await?.rows_affected())
}

pub(crate) async fn delete_before(db: &mut AnyConnection, before_ms: i64) -> Result<u64, StoreError> {
    Ok(sqlx::query(sql!("drafts_delete_before")).bind(before_ms).execute(db).await?.rows_affected())
}
