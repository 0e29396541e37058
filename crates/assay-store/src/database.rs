//! Where the data is: one SQLite file, or PostgreSQL. Every statement is one text for both (`sql/`), run by sqlx's `Any` driver;
//! `checked/` has the compiler check each of them against both.

use std::fs::File;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Connection as _, Executor as _};

use crate::{StoreError, migrations};

/// How long a call waits for another's write lock before it says [`StoreError::Busy`].
const BUSY_MS: u64 = 5_000;
/// How long a call waits for a connection; more than [`BUSY_MS`], so that the lock is what gets named.
const ACQUIRE: Duration = Duration::from_secs(15);
/// Connections that only read SQLite. Its reads are short; more would only wait for the same disk.
const READERS: u32 = 4;
/// Connections of one process to PostgreSQL, whose usual limit is 100 for all.
const CONNECTIONS: u32 = 8;
/// Tries of a transaction that another one came in between of. Each lost one means that another got on.
const CONFLICTS: u32 = 20;

/// Which database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// SQLite's `assay.db` in this folder.
    Folder(PathBuf),
    /// `postgres://user@host/database`.
    Postgres(String),
}

impl Location {
    /// What may be shown of it: no password.
    pub fn shown(&self) -> String {
        match self {
            Location::Folder(directory) => directory.join("assay.db").display().to_string(),
            Location::Postgres(url) => without_password(url),
        }
    }
}

impl From<&Path> for Location {
    fn from(directory: &Path) -> Location {
        Location::Folder(directory.to_owned())
    }
}

/// The kinds of database that differ in what they can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// The store. Cheap to clone; all clones share the connections.
#[derive(Debug, Clone)]
pub struct Store {
    /// Of SQLite one connection: it has one write lock, and waiting for it in order is fairer than asking again and again.
    writer: AnyPool,
    readers: AnyPool,
    pub(crate) kind: Kind,
    pub(crate) location: Arc<Location>,
    /// Held while this process works on SQLite's queue.
    lock: Arc<OnceLock<File>>,
}

impl Store {
    /// Opens the database, making a folder's when it is not there, and brings it to this version's form.
    pub async fn open(location: impl Into<Location>) -> Result<Store, StoreError> {
        sqlx::any::install_default_drivers();
        let location = location.into();
        match &location {
            Location::Folder(directory) => {
                make_private(directory)
                    .map_err(|source| StoreError::Directory { path: directory.clone(), source })?;
                Store::sqlite(directory.clone(), location).await
            }
            Location::Postgres(url) => Store::postgres(url.clone(), location).await,
        }
    }

    async fn sqlite(directory: PathBuf, location: Location) -> Result<Store, StoreError> {
        let open_error = |reason: String| StoreError::Open { place: location.shown(), reason };
        let url = |mode: &str| sqlite_url(&directory.join("assay.db"), mode);
        migrations::sqlite(&url("rwc")?).await.map_err(&open_error)?;
        let pool = |size: u32, url: String| async move {
            let options: AnyConnectOptions = url.parse()?;
            AnyPoolOptions::new()
                .max_connections(size)
                .acquire_timeout(ACQUIRE)
                .after_connect(|connection, _| {
                    // Every write that was acknowledged survives a power cut.
                    let set = format!("PRAGMA synchronous = FULL; PRAGMA busy_timeout = {BUSY_MS}");
                    Box::pin(async move { connection.execute(sqlx::AssertSqlSafe(set)).await.map(drop) })
                })
                .connect_with(options)
                .await
        };
        let writer = pool(1, url("rw")?).await.map_err(|e| open_error(e.to_string()))?;
        let readers = pool(READERS, url("ro")?).await.map_err(|e| open_error(e.to_string()))?;
        Ok(Store { writer, readers, kind: Kind::Sqlite, location: location.into(), lock: Arc::default() })
    }

    async fn postgres(url: String, location: Location) -> Result<Store, StoreError> {
        let open_error = |reason: String| StoreError::Open { place: location.shown(), reason };
        let options: AnyConnectOptions = url.parse().map_err(|e: sqlx::Error| open_error(e.to_string()))?;
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE)
            .after_connect(|connection, _| {
                // A worker that is cut off must not hold rows for longer than others wait.
                let set = format!(
                    "SET lock_timeout = {BUSY_MS}; SET statement_timeout = 30000;
                     SET idle_in_transaction_session_timeout = 10000; SET synchronous_commit = on"
                );
                Box::pin(async move { connection.execute(sqlx::AssertSqlSafe(set)).await.map(drop) })
            })
            .connect_with(options.clone())
            .await;
        let pool = match pool {
            Ok(pool) => pool,
            Err(timed_out) => {
                // The pool has tried for a while and only says that; one more try says why.
                let why = AnyConnection::connect_with(&options).await.err().unwrap_or(timed_out);
                return Err(open_error(why.to_string()));
            }
        };
        migrations::postgres(&pool).await.map_err(open_error)?;
        Ok(Store {
            writer: pool.clone(),
            readers: pool,
            kind: Kind::Postgres,
            location: location.into(),
            lock: Arc::default(),
        })
    }

    /// SQLite's takes the write lock at once: a read that becomes a write later could fail half-way.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        let begin = match self.kind {
            Kind::Sqlite => "BEGIN IMMEDIATE",
            Kind::Postgres => "BEGIN",
        };
        Tx::begin(&self.writer, begin).await
    }

    /// A transaction in which everything is seen as it was when it began.
    pub(crate) async fn snapshot(&self) -> Result<Tx, StoreError> {
        let begin = match self.kind {
            Kind::Sqlite => "BEGIN",
            Kind::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        Tx::begin(&self.readers, begin).await
    }

    /// A connection to read by.
    pub(crate) async fn read(&self) -> Result<PoolConnection<Any>, StoreError> {
        Ok(self.readers.acquire().await?)
    }

    /// Whether other machines can work on the same queue.
    pub fn is_shared(&self) -> bool {
        self.kind == Kind::Postgres
    }

    /// The folder beside the database, where there is one.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match &*self.location {
            Location::Folder(directory) => Some(directory),
            Location::Postgres(_) => None,
        }
    }

    /// Makes this process the one that works on the queue of a folder, until the last clone of the store is gone. A database that
    /// is shared has no such one.
    pub(crate) fn lock_queue(&self) -> Result<(), StoreError> {
        let Some(directory) = self.folder() else { return Ok(()) };
        let path = directory.join("serve.lock");
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
        write!(self, |tx| {
            sqlx::query(include_str!("../sql/probe.sql")).bind(now_ms()).execute(tx).await?;
            Ok(())
        })
    }

    /// Closes every connection after the calls that are under way; SQLite folds its write-ahead log into the database.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// A transaction. sqlx's own would do, if SQLite did not end some by itself (when the disk is full): sqlx then counts one that is not
/// there, and its connection is of no use any more. Here a connection that did not say how its transaction ended is closed.
pub(crate) struct Tx {
    connection: PoolConnection<Any>,
    is_over: bool,
}

impl Tx {
    async fn begin(pool: &AnyPool, begin: &'static str) -> Result<Tx, StoreError> {
        let mut tx = Tx { connection: pool.acquire().await?, is_over: false };
        tx.connection.execute(begin).await?;
        Ok(tx)
    }

    /// What was done holds.
    async fn commit(mut self) -> Result<(), StoreError> {
        self.connection.execute("COMMIT").await?;
        self.is_over = true;
        Ok(())
    }

    /// Nothing was done.
    async fn rollback(mut self) {
        self.is_over = self.connection.execute("ROLLBACK").await.is_ok();
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if !self.is_over {
            self.connection.close_on_drop();
        }
    }
}

impl Deref for Tx {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.connection
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }
}

/// Runs a block in a write transaction, with `$tx` as its connection: all of it holds, or nothing. The block runs again when another
/// transaction came in between, and must therefore change nothing but the database. (A function that takes an async closure would say
/// the same, if futures of such closures could be known to be `Send`.)
macro_rules! write {
    ($store:expr, |$tx:ident| $work:expr) => {{
        let mut conflicts = 0;
        loop {
            let mut transaction = $store.begin().await?;
            let done = {
                let $tx: &mut sqlx::AnyConnection = &mut transaction;
                async { $work }.await
            };
            if let Some(done) = $crate::database::end(transaction, done, &mut conflicts).await {
                break done;
            }
        }
    }};
}
pub(crate) use write;

/// Commits what worked; none when it has to be done again.
pub(crate) async fn end<T>(
    tx: Tx,
    done: Result<T, StoreError>,
    conflicts: &mut u32,
) -> Option<Result<T, StoreError>> {
    let done = match done {
        Ok(value) => tx.commit().await.map(|()| value),
        Err(error) => {
            tx.rollback().await;
            Err(error)
        }
    };
    match done {
        Err(StoreError::Conflict(error)) if *conflicts < CONFLICTS => {
            *conflicts += 1;
            tracing::debug!(%error, "a transaction is done again");
            None
        }
        done => Some(done),
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

fn sqlite_url(path: &Path, mode: &str) -> Result<String, StoreError> {
    let path = std::path::absolute(path)
        .map_err(|source| StoreError::Directory { path: path.to_owned(), source })?;
    let text = path.to_str().ok_or_else(|| StoreError::Directory {
        path: path.clone(),
        source: std::io::Error::other("its name is not UTF-8"),
    })?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_.".contains(&b);
    let encoded: String = text
        .bytes()
        .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    Ok(format!("sqlite://{encoded}?mode={mode}"))
}

/// A URL with `…` for what stands between the user's name and `@`.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "…".to_owned() };
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let name = user.split(':').next().unwrap_or_default();
            let hidden = if user.contains(':') { ":…" } else { "" };
            format!("{scheme}://{name}{hidden}@{host}")
        }
        None => url.to_owned(),
    }
}

pub(crate) fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        for (url, shown) in [
            ("postgres://ann:s3cret@db:5432/assay", "postgres://ann:…@db:5432/assay"),
            ("postgres://ann:p@ss@db/assay", "postgres://ann:…@db/assay"),
            ("postgres://ann@db/assay", "postgres://ann@db/assay"),
            ("postgres://db/assay", "postgres://db/assay"),
            ("ann:s3cret", "…"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }

    #[test]
    fn any_folder_name_is_a_url() {
        let url = sqlite_url(Path::new("/a b/100%?#/ü"), "ro").unwrap();
        assert_eq!(url, "sqlite:///a%20b/100%25%3F%23/%C3%BC?mode=ro");
    }
}
