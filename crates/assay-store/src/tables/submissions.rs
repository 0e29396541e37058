//! Rows of submissions: what is read of them, made, given and deleted.

use assay_core::{SubmissionId, Verdict};
use sqlx::{AnyConnection, FromRow};

use super::{sql, waiting};
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
