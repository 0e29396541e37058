use assay_core::Slug;
use sqlx::{AnyConnection, FromRow};

use super::sql;
use crate::StoreError;

#[derive(FromRow)]
pub(crate) struct Row {
    pub(crate) revision: i64,
    pub(crate) files: String,
    pub(crate) saved_ms: i64,
}

/// One of many.
#[derive(FromRow)]
pub(crate) struct Named {
    pub(crate) exercise: String,
    #[sqlx(flatten)]
    pub(crate) row: Row,
}

pub(crate) async fn insert(
    db: &mut AnyConnection,
    owner: &str,
    exercise: &Slug,
    row: &Row,
) -> Result<(), StoreError> {
    sqlx::query(sql!("draft_insert"))
        .bind(owner)
        .bind(exercise.as_str())
        .bind(row.revision)
        .bind(&row.files)
        .bind(row.saved_ms)
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn last(
    db: &mut AnyConnection,
    owner: &str,
    exercise: &Slug,
) -> Result<Option<Row>, StoreError> {
    Ok(sqlx::query_as(sql!("draft_last")).bind(owner).bind(exercise.as_str()).fetch_optional(db).await?)
}

/// The save with that number; where it is not kept any more, the last before it that is.
pub(crate) async fn at(
    db: &mut AnyConnection,
    owner: &str,
    exercise: &Slug,
    revision: i64,
) -> Result<Option<Row>, StoreError> {
    let query = sqlx::query_as(sql!("draft_at")).bind(owner).bind(exercise.as_str()).bind(revision);
    Ok(query.fetch_optional(db).await?)
}

/// Number and time of the saves after one, in order.
pub(crate) async fn revisions(
    db: &mut AnyConnection,
    owner: &str,
    exercise: &Slug,
    after: i64,
    most: u32,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let query = sqlx::query_as(sql!("draft_revisions")).bind(owner).bind(exercise.as_str());
    Ok(query.bind(after).bind(i64::from(most)).fetch_all(db).await?)
}

/// The number of the last save until a moment.
pub(crate) async fn when(
    db: &mut AnyConnection,
    owner: &str,
    exercise: &Slug,
    at_ms: i64,
) -> Result<Option<i64>, StoreError> {
    let query = sqlx::query_scalar(sql!("draft_when")).bind(owner).bind(exercise.as_str()).bind(at_ms);
    Ok(query.fetch_optional(db).await?)
}

/// All of one owner, by exercise and revision.
pub(crate) async fn of(db: &mut AnyConnection, owner: &str) -> Result<Vec<Named>, StoreError> {
    Ok(sqlx::query_as(sql!("drafts_of")).bind(owner).fetch_all(db).await?)
}

pub(crate) async fn delete_of(db: &mut AnyConnection, owner: &str) -> Result<u64, StoreError> {
    Ok(sqlx::query(sql!("drafts_delete_of")).bind(owner).execute(db).await?.rows_affected())
}

pub(crate) async fn delete_before(db: &mut AnyConnection, before_ms: i64) -> Result<u64, StoreError> {
    Ok(sqlx::query(sql!("drafts_delete_before")).bind(before_ms).execute(db).await?.rows_affected())
}

/// Makes one's logs another's. Where both have one of the same exercise, that which was saved last goes on as the end of the other.
pub(crate) async fn give(db: &mut AnyConnection, from: &str, to: &str) -> Result<(), StoreError> {
    let theirs = ends(db, to).await?;
    for end in ends(db, from).await? {
        if let Some(other) = theirs.iter().find(|e| e.exercise == end.exercise) {
            let later = if end.saved_ms > other.saved_ms { (from, other) } else { (to, &end) };
            renumber(db, later.0, &end.exercise, later.1.revision).await?;
        }
        sqlx::query(sql!("drafts_give")).bind(from).bind(&end.exercise).bind(to).execute(&mut *db).await?;
    }
    Ok(())
}

/// The end of a log.
#[derive(FromRow)]
struct End {
    exercise: String,
    revision: i64,
    saved_ms: i64,
}

async fn ends(db: &mut AnyConnection, owner: &str) -> Result<Vec<End>, StoreError> {
    Ok(sqlx::query_as(sql!("drafts_ends")).bind(owner).fetch_all(db).await?)
}

/// Counts a log on from revision `after`. By way of negative numbers, so that no two rows ever have the same.
async fn renumber(db: &mut AnyConnection, owner: &str, exercise: &str, after: i64) -> Result<(), StoreError> {
    let (away, back) = (sql!("drafts_renumber"), sql!("drafts_renumbered"));
    sqlx::query(away).bind(owner).bind(exercise).bind(after).execute(&mut *db).await?;
    sqlx::query(back).bind(owner).bind(exercise).execute(db).await?;
    Ok(())
}
