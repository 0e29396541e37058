//! Bringing a database to this version's form: forward only, each step in a transaction of its own.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AnyPool, Connection as _, Executor as _};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// The number of the last migration: the same for both databases.
pub(crate) fn newest() -> i64 {
    SQLITE.iter().map(|m| m.version).max().unwrap_or_default()
}

/// With a connection of its own, on which foreign keys are off: a table that is made anew is dropped, and that must not delete
/// what points to it (<https://www.sqlite.org/lang_altertable.html#otheralter>).
pub(crate) async fn sqlite(url: &str) -> Result<(), String> {
    let mut db = sqlx::AnyConnection::connect(url).await.map_err(|e| e.to_string())?;
    db.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF")
        .await
        .map_err(|e| e.to_string())?;
    SQLITE.run(&mut db).await.map_err(|e| explain(&e))?;
    let astray: Vec<(String,)> = sqlx::query_as("SELECT \"table\" FROM pragma_foreign_key_check")
        .fetch_all(&mut db)
        .await
        .map_err(|e| e.to_string())?;
    if let Some((table,)) = astray.first() {
        return Err(format!(
            "a row of `{table}` belongs to a submission that is not there: restore a backup"
        ));
    }
    db.close().await.map_err(|e| e.to_string())
}

/// sqlx takes a lock for it, so that servers which start at once do not do it twice.
pub(crate) async fn postgres(pool: &AnyPool) -> Result<(), String> {
    POSTGRES.run(pool).await.map_err(|e| explain(&e))
}

fn explain(error: &MigrateError) -> String {
    let newest = newest();
    match error {
        MigrateError::VersionMissing(theirs) => format!(
            "it has form {theirs}, and this assay knows forms up to {newest}: it was made by a newer assay. Use that one, or \
             restore a backup from before it; nothing was changed"
        ),
        MigrateError::VersionMismatch(version) => format!(
            "its form {version} was made by a changed assay: use that one, or restore a backup; nothing was changed"
        ),
        other => other.to_string(),
    }
}
