use assay_core::{Report, SubmissionId, Verdict};
use sqlx::{AnyConnection, FromRow};

use super::{sql, waiting};
use crate::database::Kind;
use crate::{Class, Fence, Record, Scope, Standing, State, StoreError};

/// A row as the database gives it.
#[derive(FromRow)]
pub(crate) struct Row {
    id: String,
    exercise: String,
    version: String,
    scope: String,
    seed: Option<i64>,
    created_ms: i64,
    finished_ms: Option<i64>,
    state: String,
    attempt: i64,
    fence: i64,
    verdict: Option<String>,
    owner: String,
    pub(crate) class: i64,
    pub(crate) turn: i64,
    needs: String,
    resting: i64,
    worker: Option<String>,
    fault: Option<String>,
    visitor: String,
}

impl Row {
    pub(crate) fn id(&self) -> Result<SubmissionId, StoreError> {
        parse_id(&self.id)
    }

    pub(crate) fn fence(&self) -> Result<Fence, StoreError> {
        Ok(Fence { id: self.id()?, number: self.fence as u64 })
    }

    pub(crate) fn record(self) -> Result<Record, StoreError> {
        let id = self.id()?;
        let verdict = self.verdict.map(|v| {
            let known = Verdict::ALL.into_iter().find(|k| k.name() == v);
            known.ok_or_else(|| StoreError::damaged("verdict", id, format!("`{v}`")))
        });
        Ok(Record {
            id,
            exercise: self.exercise,
            version: self.version,
            scope: if self.scope == Scope::Visible.name() { Scope::Visible } else { Scope::All },
            seed: self.seed.map(i64::cast_unsigned),
            created_ms: self.created_ms,
            finished_ms: self.finished_ms,
            state: parse_state(&self.state, id)?,
            attempt: self.attempt as u32,
            verdict: verdict.transpose()?,
            owner: self.owner,
            class: Class::of_number(self.class)
                .ok_or_else(|| StoreError::damaged("class", id, self.class))?,
            needs: self.needs,
            resting: self.resting != 0,
            worker: self.worker,
            fault: self.fault,
            visitor: self.visitor,
        })
    }
}

pub(crate) fn parse_id(id: &str) -> Result<SubmissionId, StoreError> {
    id.parse().map_err(|e| StoreError::damaged("id", id, e))
}

pub(crate) fn parse_state(state: &str, id: SubmissionId) -> Result<State, StoreError> {
    State::ALL
        .into_iter()
        .find(|s| s.name() == state)
        .ok_or_else(|| StoreError::damaged("state", id, format!("`{state}`")))
}

/// What is new about a row to insert; everything else has its default.
pub(crate) struct NewRow<'a> {
    pub(crate) record: &'a Record,
    pub(crate) idempotency_key: Option<&'a str>,
    pub(crate) fingerprint: &'a str,
    pub(crate) turn: i64,
}

pub(crate) async fn insert(db: &mut AnyConnection, row: &NewRow<'_>) -> Result<(), StoreError> {
    let r = row.record;
    sqlx::query(sql!("submission_insert"))
        .bind(r.id.to_string())
        .bind(&r.exercise)
        .bind(&r.version)
        .bind(r.scope.name())
        .bind(r.seed.map(u64::cast_signed))
        .bind(row.idempotency_key)
        .bind(row.fingerprint)
        .bind(r.created_ms)
        .bind(r.finished_ms)
        .bind(r.state.name())
        .bind(i64::from(r.attempt))
        .bind(r.verdict.map(Verdict::name))
        .bind(&r.owner)
        .bind(r.class.number())
        .bind(row.turn)
        .bind(&r.needs)
        .bind(&r.visitor)
        .execute(db)
        .await?;
    Ok(())
}

/// Id and fingerprint of the submission that a key made.
pub(crate) async fn by_key(
    db: &mut AnyConnection,
    key: &str,
) -> Result<Option<(SubmissionId, String)>, StoreError> {
    let row: Option<(String, String)> =
        sqlx::query_as(sql!("submission_by_key")).bind(key).fetch_optional(db).await?;
    row.map(|(id, fingerprint)| Ok((parse_id(&id)?, fingerprint))).transpose()
}

/// What a finished submission must be to answer another.
pub(crate) struct Answer<'a> {
    /// Either will do.
    pub(crate) fingerprints: [&'a str; 2],
    pub(crate) owner: &'a str,
    pub(crate) version: &'a str,
    pub(crate) seed: u64,
    pub(crate) toolchain: &'a str,
}

/// The last finished submission that answers, unless it was flaky.
pub(crate) async fn answer(
    db: &mut AnyConnection,
    wanted: &Answer<'_>,
) -> Result<Option<SubmissionId>, StoreError> {
    let id: Option<String> = sqlx::query_scalar(sql!("submission_answer"))
        .bind(wanted.fingerprints[0])
        .bind(wanted.fingerprints[1])
        .bind(wanted.owner)
        .bind(wanted.version)
        .bind(wanted.seed.cast_signed())
        .bind(Verdict::Flaky.name())
        .bind(wanted.toolchain)
        .fetch_optional(db)
        .await?;
    id.map(|id| parse_id(&id)).transpose()
}

pub(crate) async fn get(db: &mut AnyConnection, id: SubmissionId) -> Result<Option<Row>, StoreError> {
    Ok(sqlx::query_as(sql!("submission_get")).bind(id.to_string()).fetch_optional(db).await?)
}

/// The first `most` in the queue.
pub(crate) async fn first(db: &mut AnyConnection, most: u32) -> Result<Vec<SubmissionId>, StoreError> {
    let ids: Vec<String> =
        sqlx::query_scalar(sql!("submissions_first")).bind(i64::from(most)).fetch_all(db).await?;
    ids.iter().map(|id| parse_id(id)).collect()
}

/// So many before a submission are counted. Whoever is further back hears how many wait in all, which is no less than the place.
const COUNTED: i64 = 1000;

/// Place in the queue, from 1; none when it does not wait.
pub(crate) async fn position(db: &mut AnyConnection, id: SubmissionId) -> Result<Option<usize>, StoreError> {
    let before: Option<i64> = sqlx::query_scalar(sql!("submission_position"))
        .bind(id.to_string())
        .bind(COUNTED)
        .fetch_optional(&mut *db)
        .await?;
    Ok(match before {
        None => None,
        Some(before) if before < COUNTED => Some(before as usize + 1),
        Some(_) => Some(waiting::in_all(db).await?),
    })
}

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
    let attempt: Option<i64> = sqlx::query_scalar(sql!("submission_set_aside"))
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
    let attempt: Option<i64> = sqlx::query_scalar(sql!("submission_set_aside_waiting"))
        .bind(fence.id.to_string())
        .bind(fence.number.cast_signed())
        .bind(now_ms)
        .bind(fault)
        .fetch_optional(db)
        .await?;
    Ok(attempt.is_some())
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
    let fence: Option<i64> =
        sqlx::query_scalar(sql!("submission_revive")).bind(id.to_string()).fetch_optional(db).await?;
    Ok(fence.is_some())
}

/// From the set-aside list to nowhere. Whether it was there.
pub(crate) async fn drop_faulted(db: &mut AnyConnection, id: SubmissionId) -> Result<bool, StoreError> {
    let fence: Option<i64> =
        sqlx::query_scalar(sql!("submission_drop")).bind(id.to_string()).fetch_optional(db).await?;
    Ok(fence.is_some())
}

/// Deletes it with everything that belongs to it.
pub(crate) async fn delete(db: &mut AnyConnection, id: SubmissionId) -> Result<(), StoreError> {
    sqlx::query(sql!("submission_delete")).bind(id.to_string()).execute(db).await?;
    Ok(())
}

pub(crate) async fn of_owner(db: &mut AnyConnection, owner: &str) -> Result<Vec<SubmissionId>, StoreError> {
    let ids: Vec<String> = sqlx::query_scalar(sql!("submissions_of_owner")).bind(owner).fetch_all(db).await?;
    ids.iter().map(|id| parse_id(id)).collect()
}

/// Some of those that were over before.
pub(crate) async fn over_before(
    db: &mut AnyConnection,
    before_ms: i64,
    most: u32,
) -> Result<Vec<SubmissionId>, StoreError> {
    let ids: Vec<String> = sqlx::query_scalar(sql!("submissions_over_before"))
        .bind(before_ms)
        .bind(i64::from(most))
        .fetch_all(db)
        .await?;
    ids.iter().map(|id| parse_id(id)).collect()
}

/// The first of a state, for the operator.
pub(crate) async fn list(
    db: &mut AnyConnection,
    state: State,
    most: u32,
) -> Result<Vec<SubmissionId>, StoreError> {
    let ids: Vec<String> =
        sqlx::query_scalar(sql!("jobs_list")).bind(state.name()).bind(i64::from(most)).fetch_all(db).await?;
    ids.iter().map(|id| parse_id(id)).collect()
}

/// How many there are of each state that has any.
pub(crate) async fn count(db: &mut AnyConnection) -> Result<Vec<(String, u64)>, StoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(sql!("jobs_count")).fetch_all(db).await?;
    Ok(rows.into_iter().map(|(state, n)| (state, n as u64)).collect())
}

/// When the oldest that waits was handed in.
pub(crate) async fn oldest_waiting(db: &mut AnyConnection) -> Result<Option<i64>, StoreError> {
    Ok(sqlx::query_scalar(sql!("oldest_waiting")).fetch_one(db).await?)
}

/// The last `most` of a visitor, newest first; of one exercise, or of all when it is empty.
pub(crate) async fn of_visitor(
    db: &mut AnyConnection,
    visitor: &str,
    exercise: &str,
    most: u32,
) -> Result<Vec<Row>, StoreError> {
    Ok(sqlx::query_as(sql!("submissions_of_visitor"))
        .bind(visitor)
        .bind(exercise)
        .bind(i64::from(most))
        .fetch_all(db)
        .await?)
}

/// What a visitor handed in, exercise by exercise.
pub(crate) async fn standings(db: &mut AnyConnection, visitor: &str) -> Result<Vec<Standing>, StoreError> {
    let rows: Vec<(String, i64, i64, String, i64)> =
        sqlx::query_as(sql!("standings_of")).bind(visitor).fetch_all(db).await?;
    let standing = |(exercise, runs, accepted, last, last_ms): (String, i64, i64, String, i64)| {
        let last = parse_id(&last)?;
        Ok(Standing { exercise, runs: runs as u64, accepted: accepted as u64, last, last_ms })
    };
    rows.into_iter().map(standing).collect()
}

/// Makes one visitor's another's.
pub(crate) async fn give(db: &mut AnyConnection, from: &str, to: &str) -> Result<(), StoreError> {
    sqlx::query(sql!("submissions_give")).bind(from).bind(to).execute(db).await?;
    Ok(())
}
