use sqlx::AnyConnection;

use super::sql;
use crate::StoreError;

/// How many wait.
pub(crate) async fn in_all(db: &mut AnyConnection) -> Result<usize, StoreError> {
    let n: i64 = sqlx::query_scalar(sql!("waiting_in_all")).fetch_one(db).await?;
    Ok(n as usize)
}

/// How many of one owner wait, whatever they are for.
pub(crate) async fn of_owner(db: &mut AnyConnection, owner: &str) -> Result<usize, StoreError> {
    let n: Option<i64> = sqlx::query_scalar(sql!("waiting_of_owner")).bind(owner).fetch_optional(db).await?;
    Ok(n.unwrap_or_default() as usize)
}
