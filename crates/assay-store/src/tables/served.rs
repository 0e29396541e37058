use sqlx::SqliteConnection;

use crate::{Class, StoreError};

/// The turn of a new submission: after what was served last in its class, and after all that its owner has waiting there.
pub(crate) async fn next_turn(
    db: &mut SqliteConnection,
    owner: &str,
    class: Class,
) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT 1 + max(turn, coalesce((SELECT max(q.turn) FROM submissions q
                                        WHERE q.state = 'queued' AND q.owner = ?1 AND q.class = ?2), 0))
         FROM served WHERE class = ?2",
    )
    .bind(owner)
    .bind(class.number())
    .fetch_one(db)
    .await?)
}

/// A submission of that turn was claimed. One that came back to the queue has an old turn, which moves nothing.
pub(crate) async fn serve(db: &mut SqliteConnection, class: i64, turn: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE served SET turn = max(turn, ?2) WHERE class = ?1")
        .bind(class)
        .bind(turn)
        .execute(db)
        .await?;
    Ok(())
}
