//! What a submission goes through: claimed, beaten for, finished, given back, set aside, called back. Each is one UPDATE whose WHERE has
//! the state that it starts from.

use assay_core::{Report, SubmissionId};
use sqlx::{AnyConnection, FromRow};

use super::sql;
use super::submissions::{Row, parse_id};
use crate::database::Kind;
use crate::{Fence, State, StoreError};

/// One that may be claimed.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Claimable {
    pub(crate) needs: String,
    class: i64,
    turn: i64,
    place: i64,
}

impl Claimable {
    /// Where it is in the queue, to go on from there.
    pub(crate) fn at(&self) -> (i64, i64, i64) {
        (self.class, self.turn, self.place)
    }
}

/// Those behind a place in the queue that may be claimed, in order.
pub(crate) async fn claimable(
    db: &mut AnyConnection,
    behind: (i64, i64, i64),
    most: u32,
) -> Result<Vec<Claimable>, StoreError> {
    Ok(sqlx::query_as(sql!("submissions_claimable"))
        .bind(behind.0)
        .bind(behind.1)
        .bind(behind.2)
        .bind(i64::from(most))
        .fetch_all(db)
        .await?)
}

/// So many kinds of graders are looked for at once.
pub(crate) const KINDS: usize = 8;

/// The first in the queue that needs one of at most [`KINDS`] kinds of graders, for the transaction to take. What another transaction is
/// about to take is passed over: waiting for it would only show that it is gone, and all who wait would go on to the same next one.
pub(crate) async fn next(
    db: &mut AnyConnection,
    kind: Kind,
    needs: &[&str],
) -> Result<Option<Fence>, StoreError> {
    let sql = match kind {
        // Whoever writes is alone.
        Kind::Sqlite => sql!("submission_next"),
        Kind::Postgres => concat!(sql!("submission_next"), "FOR UPDATE SKIP LOCKED"),
    };
    let mut query = sqlx::query_as(sql);
    for n in 0..KINDS {
        query = query.bind(needs.get(n).or(needs.last()).copied());
    }
    let row: Option<(String, i64)> = query.fetch_optional(db).await?;
    row.map(|(id, fence)| Ok(Fence { id: parse_id(&id)?, number: fence as u64 })).transpose()
}

/// Takes one, if nobody has since `fence`: its try and its fence go up.
pub(crate) async fn claim(
    db: &mut AnyConnection,
    fence: Fence,
    worker: &str,
) -> Result<Option<Row>, StoreError> {
    Ok(sqlx::query_as(sql!("submission_claim"))
        .bind(fence.id.to_string())
        .bind(fence.number.cast_signed())
        .bind(worker)
        .fetch_optional(db)
        .await?)
}

/// Whether the holder of `fence` still has the submission, and which try it is. Says that the holder is alive.
pub(crate) async fn beat(db: &mut AnyConnection, fence: Fence) -> Result<Option<u32>, StoreError> {
    let attempt: Option<i64> = sqlx::query_scalar(sql!("submission_beat"))
        .bind(fence.id.to_string())
        .bind(fence.number.cast_signed())
        .fetch_optional(db)
        .await?;
    Ok(attempt.map(|a| a as u32))
}

/// Whether it waits; it goes on waiting until the transaction ends.
pub(crate) async fn lock_waiting(db: &mut AnyConnection, id: SubmissionId) -> Result<bool, StoreError> {
    let fence: Option<i64> =
        sqlx::query_scalar(sql!("submission_lock_waiting")).bind(id.to_string()).fetch_optional(db).await?;
    Ok(fence.is_some())
}

/// Fences of all that are being graded.
pub(crate) async fn running(db: &mut AnyConnection) -> Result<Vec<Fence>, StoreError> {
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(sql!("submissions_running")).fetch_all(db).await?;
    rows.iter().map(|(id, fence, _)| Ok(Fence { id: parse_id(id)?, number: *fence as u64 })).collect()
}

/// One that somebody should do something about: a grader, the broker, or whoever ends its rest.
#[derive(Debug, FromRow)]
pub(crate) struct Held {
    id: String,
    state: String,
    fence: i64,
    pub(crate) beat: i64,
    pub(crate) attempt: i64,
    pub(crate) resting: i64,
}

impl Held {
    pub(crate) fn fence(&self) -> Result<Fence, StoreError> {
        Ok(Fence { id: parse_id(&self.id)?, number: self.fence as u64 })
    }

    pub(crate) fn is_running(&self) -> bool {
        self.state == State::Running.name()
    }
}

pub(crate) async fn held(db: &mut AnyConnection) -> Result<Vec<Held>, StoreError> {
    Ok(sqlx::query_as(sql!("submissions_held")).fetch_all(db).await?)
}

/// Whether it counted.
pub(crate) async fn finish(
    db: &mut AnyConnection,
    fence: Fence,
    report: &Report,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let attempt: Option<i64> = sqlx::query_scalar(sql!("submission_finish"))
        .bind(fence.id.to_string())
        .bind(fence.number.cast_signed())
        .bind(now_ms)
        .bind(report.verdict.name())
        .bind(report.seed.cast_signed())
        .bind(&report.exercise.version)
        .fetch_optional(db)
        .await?;
    Ok(attempt.is_some())
}

/// Back to its old turn in the queue, for a fault of ours, unless it was tried `most_attempts` times. Whether it is.
pub(crate) async fn requeue(
    db: &mut AnyConnection,
    fence: Fence,
    fault: &str,
    rests: bool,
    most_attempts: u32,
) -> Result<bool, StoreError> {
    let attempt: Option<i64> = sqlx::query_scalar(sql!("submission_requeue"))
        .bind(fence.id.to_string())
        .bind(fence.number.cast_signed())
        .bind(fault)
        .bind(i64::from(rests))
        .bind(i64::from(most_attempts))
        .fetch_optional(db)
        .await?;
    Ok(attempt.is_some())
}

/// As [`requeue`], unless its holder has beaten since `beat`.
pub(crate) async fn requeue_silent(
    db: &mut AnyConnection,
    fence: Fence,
    fault: &str,
    beat: i64,
    most_attempts: u32,
) -> Result<bool, StoreError> {
    let attempt: Option<i64> = sqlx::query_scalar(sql!("submission_requeue_silent"))
        .bind(fence.id.to_string())
        .bind(fence.number.cast_signed())
        .bind(fault)
        .bind(beat)
        .bind(i64::from(most_attempts))
        .fetch_optional(db)
        .await?;
    Ok(attempt.is_some())
}

/// Back to its old turn in the queue, and the try does not count. Whether it is.
pub(crate) async fn release(db: &mut AnyConnection, fence: Fence) -> Result<bool, StoreError> {
    let attempt: Option<i64> = sqlx::query_scalar(sql!("submission_release"))
        .bind(fence.id.to_string())
        .bind(fence.number.cast_signed())
        .fetch_optional(db)
        .await?;
    Ok(attempt.is_some())
}

/// Ends it by a fault of ours. Whether it counted.
pub(crate) async fn set_aside(
    db: &mut AnyConnection,
    fence: Fence,
    fault: &str,
    now_ms: i64,
) -> Result<bool, StoreError> {
    ended(db, sql!("submission_set_aside"), fence, fault, now_ms).await
}

async fn ended(
    db: &mut AnyConnection,
    sql: &'static str,
    fence: Fence,
    fault: &str,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let attempt: Option<i64> = sqlx::query_scalar(sql)
        .bind(fence.id.to_string())
        .bind(fence.number.cast_signed())
        .bind(now_ms)
        .bind(fault)
        .fetch_optional(db)
        .await?;
    Ok(attempt.is_some())
}

/// As [`set_aside`], unless its holder has beaten since `beat`.
pub(crate) async fn set_aside_silent(
    db: &mut AnyConnection,
    fence: Fence,
    fault: &str,
    beat: i64,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let attempt: Option<i64> = sqlx::query_scalar(sql!("submission_set_aside_silent"))
        .bind(fence.id.to_string())
        .bind(fence.number.cast_signed())
        .bind(now_ms)
        .bind(fault)
        .bind(beat)
        .fetch_optional(db)
        .await?;
    Ok(attempt.is_some())
}

/// Its rest is over: it may be claimed.
pub(crate) async fn rested(db: &mut AnyConnection, fence: Fence) -> Result<bool, StoreError> {
    changed(db, sql!("submission_rested"), fence).await
}

/// The broker has it.
pub(crate) async fn sent(db: &mut AnyConnection, fence: Fence) -> Result<bool, StoreError> {
    changed(db, sql!("outbox_sent"), fence).await
}

/// The broker may have lost it: it goes into the outbox again.
pub(crate) async fn send_again(db: &mut AnyConnection, fence: Fence) -> Result<bool, StoreError> {
    changed(db, sql!("outbox_again"), fence).await
}

async fn changed(db: &mut AnyConnection, sql: &'static str, fence: Fence) -> Result<bool, StoreError> {
    let done =
        sqlx::query(sql).bind(fence.id.to_string()).bind(fence.number.cast_signed()).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

/// What kinds of graders are needed by what waits and the broker does not have.
pub(crate) async fn outbox_needs(db: &mut AnyConnection) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(sql!("outbox_needs")).fetch_all(db).await?)
}

/// What waits for one kind of grader and the broker does not have, in order.
pub(crate) async fn outbox(
    db: &mut AnyConnection,
    needs: &str,
    most: usize,
) -> Result<Vec<Fence>, StoreError> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as(sql!("outbox_first")).bind(needs).bind(most as i64).fetch_all(db).await?;
    rows.iter().map(|(id, fence)| Ok(Fence { id: parse_id(id)?, number: *fence as u64 })).collect()
}

/// Ends one that waits by a fault of ours. Whether it counted.
pub(crate) async fn set_aside_waiting(
    db: &mut AnyConnection,
    fence: Fence,
    fault: &str,
    now_ms: i64,
) -> Result<bool, StoreError> {
    ended(db, sql!("submission_set_aside_waiting"), fence, fault, now_ms).await
}

/// Ends what waits or runs. Its fence, when it did.
pub(crate) async fn cancel(
    db: &mut AnyConnection,
    id: SubmissionId,
    now_ms: i64,
) -> Result<Option<Fence>, StoreError> {
    let fence: Option<i64> = sqlx::query_scalar(sql!("submission_cancel"))
        .bind(id.to_string())
        .bind(now_ms)
        .fetch_optional(db)
        .await?;
    Ok(fence.map(|number| Fence { id, number: number as u64 }))
}

/// From the set-aside list back to the queue, as if it had never been tried. Whether it was there.
pub(crate) async fn revive(db: &mut AnyConnection, id: SubmissionId) -> Result<bool, StoreError> {
    left(db, sql!("submission_revive"), id).await
}

/// From the set-aside list to nowhere. Whether it was there.
pub(crate) async fn drop_faulted(db: &mut AnyConnection, id: SubmissionId) -> Result<bool, StoreError> {
    left(db, sql!("submission_drop"), id).await
}

async fn left(db: &mut AnyConnection, sql: &'static str, id: SubmissionId) -> Result<bool, StoreError> {
    let fence: Option<i64> = sqlx::query_scalar(sql).bind(id.to_string()).fetch_optional(db).await?;
    Ok(fence.is_some())
}
