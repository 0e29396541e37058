use assay_core::SubmissionId;
use sqlx::AnyConnection;

use super::sql;
use crate::database::now_ms;
use crate::{Attempt, Fence, StoreError};

/// How a claim ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Graded,
    Fault,
    Lost,
    Released,
    Canceled,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Outcome::Graded => "graded",
            Outcome::Fault => "fault",
            Outcome::Lost => "lost",
            Outcome::Released => "released",
            Outcome::Canceled => "canceled",
        }
    }
}

pub(crate) async fn begin(
    db: &mut AnyConnection,
    fence: Fence,
    attempt: u32,
    worker: &str,
) -> Result<(), StoreError> {
    sqlx::query(sql!("attempt_begin"))
        .bind(fence.id.to_string())
        .bind(fence.number.cast_signed())
        .bind(i64::from(attempt))
        .bind(worker)
        .bind(now_ms())
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn end(
    db: &mut AnyConnection,
    fence: Fence,
    outcome: Outcome,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query(sql!("attempt_end"))
        .bind(fence.id.to_string())
        .bind(fence.number.cast_signed())
        .bind(now_ms())
        .bind(outcome.name())
        .bind(reason)
        .execute(db)
        .await?;
    Ok(())
}

/// Every claim of a submission, in order.
pub(crate) async fn of(db: &mut AnyConnection, id: SubmissionId) -> Result<Vec<Attempt>, StoreError> {
    Ok(sqlx::query_as(sql!("attempts_of")).bind(id.to_string()).fetch_all(db).await?)
}
