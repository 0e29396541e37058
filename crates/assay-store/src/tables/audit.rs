use sqlx::AnyConnection;

use super::sql;
use crate::database::now_ms;
use crate::{Deed, StoreError};

/// Writes down who did what to whom; in the transaction of the deed, so that neither is without the other.
pub(crate) async fn note(
    db: &mut AnyConnection,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<(), StoreError> {
    sqlx::query(sql!("audit_insert"))
        .bind(now_ms())
        .bind(actor)
        .bind(action)
        .bind(subject)
        .bind(detail)
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn about(db: &mut AnyConnection, subject: &str) -> Result<Vec<Deed>, StoreError> {
    Ok(sqlx::query_as(sql!("audit_about")).bind(subject).fetch_all(db).await?)
}
