use sqlx::AnyConnection;

use super::sql;
use crate::StoreError;

/// The code of a visitor; the one before is good no more.
pub(crate) async fn insert(
    db: &mut AnyConnection,
    visitor: &str,
    hash: &str,
    expires_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(sql!("code_insert")).bind(visitor).bind(hash).bind(expires_ms).execute(db).await?;
    Ok(())
}

/// Uses up a code: whose it was. None the second time.
pub(crate) async fn take(db: &mut AnyConnection, hash: &str) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(sql!("code_take")).bind(hash).fetch_optional(db).await?)
}

pub(crate) async fn delete_of(db: &mut AnyConnection, visitor: &str) -> Result<(), StoreError> {
    sqlx::query(sql!("code_delete_of")).bind(visitor).execute(db).await?;
    Ok(())
}

/// Forgets codes and wrong tries that count no more.
pub(crate) async fn delete_before(db: &mut AnyConnection, now_ms: i64) -> Result<(), StoreError> {
    sqlx::query(sql!("codes_delete_before")).bind(now_ms).execute(&mut *db).await?;
    sqlx::query(sql!("tries_delete_before")).bind(now_ms).execute(db).await?;
    Ok(())
}

/// Counts one more try from an address: how many there were, and until when they count. Only the first sets that.
pub(crate) async fn count_try(
    db: &mut AnyConnection,
    address: &str,
    until_ms: i64,
) -> Result<(u32, i64), StoreError> {
    let (wrong, until_ms): (i64, i64) =
        sqlx::query_as(sql!("tries_count")).bind(address).bind(until_ms).fetch_one(db).await?;
    Ok((wrong as u32, until_ms))
}

/// The last try was right.
pub(crate) async fn take_try_back(db: &mut AnyConnection, address: &str) -> Result<(), StoreError> {
    sqlx::query(sql!("tries_take_back")).bind(address).execute(db).await?;
    Ok(())
}

pub(crate) async fn delete_tries_of(db: &mut AnyConnection, address: &str) -> Result<(), StoreError> {
    sqlx::query(sql!("tries_delete_of")).bind(address).execute(db).await?;
    Ok(())
}
