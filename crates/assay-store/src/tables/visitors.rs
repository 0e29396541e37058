use sqlx::AnyConnection;

use super::sql;
use crate::{Holdings, StoreError};

/// Says that `from` goes on as `to`, and so does whoever went on as `from`.
pub(crate) async fn moved(
    db: &mut AnyConnection,
    from: &str,
    to: &str,
    moved_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(sql!("moved_further")).bind(from).bind(to).execute(&mut *db).await?;
    sqlx::query(sql!("moved_insert")).bind(from).bind(to).bind(moved_ms).execute(db).await?;
    Ok(())
}

/// As whom a visitor goes on, if as another.
pub(crate) async fn moved_to(db: &mut AnyConnection, visitor: &str) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(sql!("moved_of")).bind(visitor).fetch_optional(db).await?)
}

/// Nobody goes on as that one any more.
pub(crate) async fn forget_moved_to(db: &mut AnyConnection, visitor: &str) -> Result<(), StoreError> {
    sqlx::query(sql!("moved_delete_to")).bind(visitor).execute(db).await?;
    Ok(())
}

/// How much there is of a visitor.
pub(crate) async fn holdings(db: &mut AnyConnection, visitor: &str) -> Result<Holdings, StoreError> {
    Ok(sqlx::query_as(sql!("holdings_of")).bind(visitor).fetch_one(db).await?)
}
