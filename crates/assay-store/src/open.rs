use std::fs::File;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};

use crate::StoreError;

/// How long a call waits for another process's write lock before it says [`StoreError::Busy`].
const BUSY: Duration = Duration::from_secs(5);
/// How long a call waits for a connection; more than [`BUSY`], so that the lock is what gets named.
const ACQUIRE: Duration = Duration::from_secs(15);
/// Connections that only read. SQLite reads are short; more would only wait for the same disk.
const READERS: u32 = 4;

/// The store. Cheap to clone; all clones share the connections.
#[derive(Debug, Clone)]
pub struct Store {
    /// One connection: SQLite has one write lock, and waiting for it in order is fairer than asking again and again.
    writer: SqlitePool,
    pub(crate) readers: SqlitePool,
    directory: Arc<Path>,
    /// Held while this process works on the queue.
    lock: Arc<OnceLock<File>>,
}

impl Store {
    /// Opens `assay.db` in `directory`, making both when they are not there, and brings it to this version's form.
    pub async fn open(directory: &Path) -> Result<Store, StoreError> {
        make_private(directory)
            .map_err(|source| StoreError::Directory { path: directory.to_owned(), source })?;
        let path = directory.join("assay.db");
        let open_error = |reason: String| StoreError::Open { path: path.clone(), reason };
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE)
            .connect_with(options.clone().create_if_missing(true))
            .await
            .map_err(|e| open_error(e.to_string()))?;
        sqlx::migrate!().run(&writer).await.map_err(|e| open_error(explain(&e)))?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(ACQUIRE)
            .connect_with(options.read_only(true))
            .await
            .map_err(|e| open_error(e.to_string()))?;
        Ok(Store { writer, readers, directory: directory.into(), lock: Arc::default() })
    }

    /// A write transaction. It takes the write lock at once: a read that becomes a write later could fail half-way.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Makes this process the one that works on the queue, until the last clone of the store is gone.
    pub(crate) fn lock_queue(&self) -> Result<(), StoreError> {
        let path = self.directory.join("serve.lock");
        let file =
            File::create(&path).map_err(|source| StoreError::Directory { path: path.clone(), source })?;
        match file.try_lock() {
            Ok(()) => {
                // Never set twice: with one lock held, a second is refused, in the same process too.
                let _ = self.lock.set(file);
                Ok(())
            }
            Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::Served { path }),
            Err(std::fs::TryLockError::Error(source)) => Err(StoreError::Directory { path, source }),
        }
    }

    /// Writes one row, to see whether writing works now.
    pub async fn probe(&self) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("UPDATE probe SET at_ms = ?").bind(now_ms()).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// Closes every connection after the calls that are under way; the write-ahead log is folded into the database.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// The directory holds other people's code: only the owner may look.
fn make_private(directory: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

fn explain(error: &MigrateError) -> String {
    match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_) => {
            format!("{error}: it was made by another version of assay; use that one, or a copy of its backup")
        }
        other => other.to_string(),
    }
}

pub(crate) fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
