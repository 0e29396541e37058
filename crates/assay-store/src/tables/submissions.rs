use assay_core::{Report, SubmissionId, Verdict};
use sqlx::{FromRow, SqliteConnection};

use crate::{Class, Fence, Record, Scope, State, StoreError};

/// A row as SQLite gives it.
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
    pub(crate) class: i64,
    pub(crate) turn: i64,
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
        })
    }
}

pub(crate) fn parse_id(id: &str) -> Result<SubmissionId, StoreError> {
    id.parse().map_err(|e| StoreError::damaged("id", id, e))
}

fn parse_state(state: &str, id: SubmissionId) -> Result<State, StoreError> {
    [State::Queued, State::Running, State::Finished, State::Faulted]
        .into_iter()
        .find(|s| s.name() == state)
        .ok_or_else(|| StoreError::damaged("state", id, format!("`{state}`")))
}

/// What is new about a row to insert; everything else has its default.
pub(crate) struct NewRow<'a> {
    pub(crate) record: &'a Record,
    pub(crate) idempotency_key: Option<&'a str>,
    pub(crate) fingerprint: &'a str,
    pub(crate) owner: &'a str,
    pub(crate) class: Class,
    pub(crate) turn: i64,
}

pub(crate) async fn insert(db: &mut SqliteConnection, row: &NewRow<'_>) -> Result<(), StoreError> {
    let r = row.record;
    sqlx::query(
        "INSERT INTO submissions (id, exercise, version, scope, seed, idempotency_key, fingerprint, created_ms,
             finished_ms, state, attempt, verdict, owner, class, turn)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
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
    .bind(r.attempt)
    .bind(r.verdict.map(Verdict::name))
    .bind(row.owner)
    .bind(row.class.number())
    .bind(row.turn)
    .execute(db)
    .await?;
    Ok(())
}

/// Id and fingerprint of the submission that a key made.
pub(crate) async fn by_key(
    db: &mut SqliteConnection,
    key: &str,
) -> Result<Option<(SubmissionId, String)>, StoreError> {
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT id, fingerprint FROM submissions WHERE idempotency_key = ?")
            .bind(key)
            .fetch_optional(db)
            .await?;
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
    db: &mut SqliteConnection,
    wanted: &Answer<'_>,
) -> Result<Option<SubmissionId>, StoreError> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT s.id FROM submissions s JOIN reports r ON r.submission = s.id
         WHERE s.state = 'finished' AND s.fingerprint IN (?, ?) AND s.owner = ? AND s.version = ? AND s.seed = ?
             AND s.verdict <> ? AND r.json ->> '$.toolchain' = ?
         ORDER BY s.place DESC LIMIT 1",
    )
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

pub(crate) async fn get(db: &mut SqliteConnection, id: SubmissionId) -> Result<Option<Row>, StoreError> {
    Ok(sqlx::query_as("SELECT * FROM submissions WHERE id = ?")
        .bind(id.to_string())
        .fetch_optional(db)
        .await?)
}

pub(crate) async fn waiting(db: &mut SqliteConnection) -> Result<usize, StoreError> {
    let n: i64 = sqlx::query_scalar("SELECT n FROM waiting_in_all").fetch_one(db).await?;
    Ok(n as usize)
}

/// How many of one owner wait, whatever they are for.
pub(crate) async fn waiting_of(db: &mut SqliteConnection, owner: &str) -> Result<usize, StoreError> {
    let n: Option<i64> =
        sqlx::query_scalar("SELECT n FROM waiting WHERE owner = ?").bind(owner).fetch_optional(db).await?;
    Ok(n.unwrap_or_default() as usize)
}

/// The first `most` in the queue.
pub(crate) async fn first(db: &mut SqliteConnection, most: u32) -> Result<Vec<SubmissionId>, StoreError> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM submissions WHERE state = 'queued' ORDER BY class, turn, place LIMIT ?",
    )
    .bind(most)
    .fetch_all(db)
    .await?;
    ids.iter().map(|id| parse_id(id)).collect()
}

/// So many before a submission are counted. Whoever is further back hears how many wait in all, which is no less than the place.
const COUNTED: i64 = 1000;

/// Place in the queue, from 1; none when it does not wait.
pub(crate) async fn position(
    db: &mut SqliteConnection,
    id: SubmissionId,
) -> Result<Option<usize>, StoreError> {
    let before: Option<i64> = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM (
                     SELECT 1 FROM submissions q
                     WHERE q.state = 'queued' AND (q.class, q.turn, q.place) < (s.class, s.turn, s.place)
                     LIMIT ?2))
         FROM submissions s WHERE s.id = ?1 AND s.state = 'queued'",
    )
    .bind(id.to_string())
    .bind(COUNTED)
    .fetch_optional(&mut *db)
    .await?;
    Ok(match before {
        None => None,
        Some(before) if before < COUNTED => Some(before as usize + 1),
        Some(_) => Some(waiting(db).await?),
    })
}

const CLAIM_FIRST: &str = "UPDATE submissions SET state = 'running', attempt = attempt + 1, fence = fence + 1
     WHERE place = (SELECT place FROM submissions WHERE state = 'queued' ORDER BY class, turn, place LIMIT 1)
     RETURNING *";

/// Takes the first in the queue: its try and its fence go up.
pub(crate) async fn claim_first(db: &mut SqliteConnection) -> Result<Option<Row>, StoreError> {
    Ok(sqlx::query_as(CLAIM_FIRST).fetch_optional(db).await?)
}

/// Whether the holder of `fence` still has the submission; which try it is.
pub(crate) async fn held(db: &mut SqliteConnection, fence: Fence) -> Result<Option<u32>, StoreError> {
    let attempt: Option<i64> = sqlx::query_scalar(
        "SELECT attempt FROM submissions WHERE id = ? AND fence = ? AND state = 'running'",
    )
    .bind(fence.id.to_string())
    .bind(fence.number.cast_signed())
    .fetch_optional(db)
    .await?;
    Ok(attempt.map(|a| a as u32))
}

pub(crate) async fn running(db: &mut SqliteConnection) -> Result<Vec<Row>, StoreError> {
    Ok(sqlx::query_as("SELECT * FROM submissions WHERE state = 'running' ORDER BY place")
        .fetch_all(db)
        .await?)
}

pub(crate) async fn set_finished(
    db: &mut SqliteConnection,
    id: SubmissionId,
    report: &Report,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE submissions SET state = 'finished', finished_ms = ?, verdict = ?, seed = ?, version = ? WHERE id = ?",
    )
    .bind(now_ms)
    .bind(report.verdict.name())
    .bind(report.seed.cast_signed())
    .bind(&report.exercise.version)
    .bind(id.to_string())
    .execute(db)
    .await?;
    Ok(())
}

pub(crate) async fn set_faulted(
    db: &mut SqliteConnection,
    id: SubmissionId,
    fault: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE submissions SET state = 'faulted', finished_ms = ?, fault = ? WHERE id = ?")
        .bind(now_ms)
        .bind(fault)
        .bind(id.to_string())
        .execute(db)
        .await?;
    Ok(())
}

/// Back to its old turn in the queue. `fault` is why, for the operator; without one the try does not count.
pub(crate) async fn set_queued(
    db: &mut SqliteConnection,
    id: SubmissionId,
    fault: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE submissions SET state = 'queued', fault = coalesce(?1, fault),
             attempt = CASE WHEN ?1 IS NULL THEN attempt - 1 ELSE attempt END
         WHERE id = ?2",
    )
    .bind(fault)
    .bind(id.to_string())
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    /// SQLite calls a walk along an index a scan, also one that ends at its first row: what must not be there is a walk
    /// over the table, or rows that are sorted.
    #[tokio::test]
    async fn a_claim_takes_the_first_of_an_index_and_sorts_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {CLAIM_FIRST}")))
                .fetch_all(&mut *store.readers.acquire().await.unwrap())
                .await
                .unwrap();
        let plan: Vec<&str> = plan.iter().map(|step| step.3.as_str()).collect();
        assert_eq!(
            plan,
            [
                "SEARCH submissions USING INTEGER PRIMARY KEY (rowid=?)",
                "SCALAR SUBQUERY 1",
                "SCAN submissions USING COVERING INDEX submissions_order",
            ]
        );
    }
}
