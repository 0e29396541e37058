use sqlx::AnyConnection;

use super::sql;
use crate::{OpenedHint, StoreError};

/// Notes that a hint was opened; the first time counts.
pub(crate) async fn insert(
    db: &mut AnyConnection,
    visitor: &str,
    exercise: &str,
    hint: u32,
    opened_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(sql!("hint_insert"))
        .bind(visitor)
        .bind(exercise)
        .bind(i64::from(hint))
        .bind(opened_ms)
        .execute(db)
        .await?;
    Ok(())
}

/// All that somebody opened, by exercise and number.
pub(crate) async fn of(db: &mut AnyConnection, visitor: &str) -> Result<Vec<OpenedHint>, StoreError> {
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(sql!("hints_of")).bind(visitor).fetch_all(db).await?;
    let opened = |(exercise, hint, opened_ms)| OpenedHint { exercise, hint: hint as u32, opened_ms };
    Ok(rows.into_iter().map(opened).collect())
}

/// Makes one's another's; what both opened counts from the first time.
pub(crate) async fn give(db: &mut AnyConnection, from: &str, to: &str) -> Result<(), StoreError> {
    sqlx::query(sql!("hints_give")).bind(from).bind(to).execute(&mut *db).await?;
    delete_of(db, from).await?;
    Ok(())
}

pub(crate) async fn delete_of(db: &mut AnyConnection, visitor: &str) -> Result<u64, StoreError> {
    Ok(sqlx::query(sql!("hints_delete_of")).bind(visitor).execute(db).await?.rows_affected())
}

pub(crate) async fn delete_before(db: &mut AnyConnection, before_ms: i64) -> Result<(), StoreError> {
    sqlx::query(sql!("hints_delete_before")).bind(before_ms).execute(db).await?;
    Ok(())
}
