use std::collections::HashSet;

use sqlx::AnyConnection;

use super::sql;
use crate::StoreError;

/// Keeps `content`; what is there already is as good as new.
pub(crate) async fn insert(
    db: &mut AnyConnection,
    hash: &str,
    content: &[u8],
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(sql!("artefact_insert")).bind(hash).bind(content).bind(now_ms).execute(db).await?;
    Ok(())
}

pub(crate) async fn of(db: &mut AnyConnection, hash: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(sqlx::query_scalar(sql!("artefact_of")).bind(hash).fetch_optional(db).await?)
}

/// What no report has, and when it was last kept.
pub(crate) async fn unused(db: &mut AnyConnection) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(sqlx::query_as(sql!("artefacts_unused")).fetch_all(db).await?)
}

/// Deletes it unless it was kept again since.
pub(crate) async fn delete(db: &mut AnyConnection, hash: &str, made_ms: i64) -> Result<(), StoreError> {
    sqlx::query(sql!("artefact_delete")).bind(hash).bind(made_ms).execute(db).await?;
    Ok(())
}

/// The hashes that reports have.
pub(crate) async fn used(db: &mut AnyConnection) -> Result<HashSet<String>, StoreError> {
    let hashes: Vec<String> = sqlx::query_scalar(sql!("artefacts_used")).fetch_all(db).await?;
    Ok(hashes.into_iter().collect())
}
