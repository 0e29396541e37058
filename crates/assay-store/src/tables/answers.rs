use assay_core::Slug;
use sqlx::{AnyConnection, FromRow};
use uuid::Uuid;

use super::files::{kept, read};
use super::sql;
use crate::{Answer, StoreError};

#[derive(FromRow)]
struct Row {
    id: String,
    question: String,
    version: String,
    begun_ms: i64,
    started_ms: Option<i64>,
    done_ms: Option<i64>,
    revision: i64,
    text: String,
    saved_ms: i64,
    ticked: String,
}

impl TryFrom<Row> for Answer {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Answer, StoreError> {
        let damaged =
            |what, why: &dyn std::fmt::Display| StoreError::damaged(what, format!("answer {}", row.id), why);
        Ok(Answer {
            id: row.id.parse().map_err(|e: uuid::Error| damaged("id", &e))?,
            question: row.question.parse().map_err(|e: assay_core::SlugError| damaged("question", &e))?,
            text: read(&row.text).map_err(|e| damaged("text", &e))?,
            ticked: serde_json::from_str(&row.ticked).map_err(|e| damaged("ticks", &e))?,
            version: row.version,
            begun_ms: row.begun_ms,
            started_ms: row.started_ms,
            done_ms: row.done_ms,
            revision: row.revision as u64,
            saved_ms: row.saved_ms,
        })
    }
}

/// A new one, without text.
pub(crate) async fn insert(
    db: &mut AnyConnection,
    id: Uuid,
    owner: &str,
    question: &Slug,
    version: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(sql!("answer_insert"))
        .bind(id.to_string())
        .bind(owner)
        .bind(question.as_str())
        .bind(version)
        .bind(now_ms)
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn get(db: &mut AnyConnection, owner: &str, id: Uuid) -> Result<Option<Answer>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as(sql!("answer_get")).bind(owner).bind(id.to_string()).fetch_optional(db).await?;
    row.map(Answer::try_from).transpose()
}

/// The one that is not done.
pub(crate) async fn open(
    db: &mut AnyConnection,
    owner: &str,
    question: &Slug,
) -> Result<Option<Answer>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as(sql!("answer_open")).bind(owner).bind(question.as_str()).fetch_optional(db).await?;
    row.map(Answer::try_from).transpose()
}

/// Starts the clock, unless it runs already or the answer is done.
pub(crate) async fn start(
    db: &mut AnyConnection,
    owner: &str,
    id: Uuid,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(sql!("answer_start")).bind(owner).bind(id.to_string()).bind(now_ms).execute(db).await?;
    Ok(())
}

/// Whether it was still open and at that revision, which is one more now.
pub(crate) async fn save(
    db: &mut AnyConnection,
    owner: &str,
    id: Uuid,
    from: u64,
    text: &str,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let done = sqlx::query(sql!("answer_save"))
        .bind(owner)
        .bind(id.to_string())
        // What no revision can be is none of them.
        .bind(i64::try_from(from).unwrap_or(-1))
        .bind(kept(text))
        .bind(now_ms)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn finish(
    db: &mut AnyConnection,
    owner: &str,
    id: Uuid,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(sql!("answer_finish")).bind(owner).bind(id.to_string()).bind(now_ms).execute(db).await?;
    Ok(())
}

/// Whether there was such an answer, and done.
pub(crate) async fn tick(
    db: &mut AnyConnection,
    owner: &str,
    id: Uuid,
    ticked: &[String],
) -> Result<bool, StoreError> {
    let json = serde_json::Value::from(ticked).to_string();
    let done =
        sqlx::query(sql!("answer_tick")).bind(owner).bind(id.to_string()).bind(json).execute(db).await?;
    Ok(done.rows_affected() == 1)
}

/// All to one question, newest first.
pub(crate) async fn of(
    db: &mut AnyConnection,
    owner: &str,
    question: &Slug,
) -> Result<Vec<Answer>, StoreError> {
    let rows: Vec<Row> =
        sqlx::query_as(sql!("answers_of")).bind(owner).bind(question.as_str()).fetch_all(db).await?;
    rows.into_iter().map(Answer::try_from).collect()
}

/// All of one owner, by question, oldest first.
pub(crate) async fn of_owner(db: &mut AnyConnection, owner: &str) -> Result<Vec<Answer>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(sql!("answers_of_owner")).bind(owner).fetch_all(db).await?;
    rows.into_iter().map(Answer::try_from).collect()
}

/// Makes those of `from` those of `to`. Where both have one open, that of `from` is done now: one of a question can be open.
pub(crate) async fn give(
    db: &mut AnyConnection,
    from: &str,
    to: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(sql!("answers_close")).bind(from).bind(to).bind(now_ms).execute(&mut *db).await?;
    sqlx::query(sql!("answers_give")).bind(from).bind(to).execute(db).await?;
    Ok(())
}

pub(crate) async fn delete_of(db: &mut AnyConnection, owner: &str) -> Result<u64, StoreError> {
    Ok(sqlx::query(sql!("answers_delete_of")).bind(owner).execute(db).await?.rows_affected())
}

pub(crate) async fn delete_before(db: &mut AnyConnection, before_ms: i64) -> Result<u64, StoreError> {
    Ok(sqlx::query(sql!("answers_delete_before")).bind(before_ms).execute(db).await?.rows_affected())
}
