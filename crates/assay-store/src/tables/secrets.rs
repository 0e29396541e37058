use sqlx::AnyConnection;

use super::sql;
use crate::StoreError;

/// Makes one, unless another was faster.
pub(crate) async fn insert(
    db: &mut AnyConnection,
    name: &str,
    secret: &str,
    made_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(sql!("secret_insert")).bind(name).bind(secret).bind(made_ms).execute(db).await?;
    Ok(())
}

pub(crate) async fn of(db: &mut AnyConnection, name: &str) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(sql!("secret_of")).bind(name).fetch_optional(db).await?)
}

/// Holds its row until the transaction ends: of those who do this, one goes after another.
pub(crate) async fn lock(db: &mut AnyConnection, name: &str) -> Result<(), StoreError> {
    sqlx::query(sql!("secret_lock")).bind(name).execute(db).await?;
    Ok(())
}
