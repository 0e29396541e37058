use sqlx::AnyConnection;

use super::sql;
use crate::{Class, StoreError};

/// The turn of a new submission: after what was served last in its class, and after all that its owner has waiting there.
pub(crate) async fn next_turn(db: &mut AnyConnection, owner: &str, class: Class) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(sql!("served_next_turn")).bind(owner).bind(class.number()).fetch_one(db).await?)
}

/// A submission of that turn was claimed. One that came back to the queue has an old turn, which moves nothing.
pub(crate) async fn serve(db: &mut AnyConnection, class: i64, turn: i64) -> Result<(), StoreError> {
    sqlx::query(sql!("served_serve")).bind(class).bind(turn).execute(db).await?;
    Ok(())
}
