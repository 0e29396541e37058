use std::path::PathBuf;

use assay_core::SubmissionId;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data directory cannot be made or used.
    #[error("data directory `{}`: {source}; choose another with --data or make it writable", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database cannot be opened or brought to this version's form.
    #[error("database `{}`: {reason}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// Another server works on this data directory.
    #[error("`{}` is held by another server: stop it or choose another data directory", path.display())]
    Served {
        /// The lock file.
        path: PathBuf,
    },
    /// The key was used before for something else.
    #[error("the idempotency key of submission {first} came again with a different body: use a new key")]
    KeyReused {
        /// What the key stands for.
        first: SubmissionId,
    },
    /// As many wait as may.
    #[error("{waiting} submissions wait already: try again later")]
    QueueFull {
        /// How many wait.
        waiting: usize,
    },
    /// As many of one owner wait as may.
    #[error(
        "you have {waiting} submission{} waiting, as many as one may have: try again when one of them is graded",
        if *waiting == 1 { "" } else { "s" }
    )]
    OwnerFull {
        /// How many of theirs wait.
        waiting: usize,
    },
    /// Someone else holds the write lock for longer than we wait. Passes by itself.
    #[error("the database is busy: {0}")]
    Busy(sqlx::Error),
    /// The disk is full. Passes once there is room.
    #[error("no room left for the database: {0}")]
    Full(sqlx::Error),
    /// A stored row makes no sense.
    #[error("stored {what} of submission {id} is damaged: {reason}")]
    Damaged {
        /// Which column.
        what: &'static str,
        /// Whose.
        id: String,
        /// How.
        reason: String,
    },
    /// Anything else that SQLite says.
    #[error("database: {0}")]
    Database(sqlx::Error),
}

impl StoreError {
    /// Whether the same call can work later without anyone changing the request.
    pub fn is_passing(&self) -> bool {
        use StoreError::{Busy, Full, OwnerFull, QueueFull};
        matches!(self, Busy(_) | Full(_) | QueueFull { .. } | OwnerFull { .. })
    }

    pub(crate) fn damaged(what: &'static str, id: impl ToString, reason: impl ToString) -> StoreError {
        StoreError::Damaged { what, id: id.to_string(), reason: reason.to_string() }
    }
}

/// SQLite's primary result codes, <https://www.sqlite.org/rescode.html>; extended codes carry them in the low byte.
const SQLITE_BUSY: i32 = 5;
const SQLITE_LOCKED: i32 = 6;
const SQLITE_FULL: i32 = 13;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        let code = error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .and_then(|c| c.parse::<i32>().ok());
        match (code.map(|c| c & 0xff), &error) {
            (Some(SQLITE_BUSY | SQLITE_LOCKED), _) | (_, sqlx::Error::PoolTimedOut) => {
                StoreError::Busy(error)
            }
            (Some(SQLITE_FULL), _) => StoreError::Full(error),
            _ => StoreError::Database(error),
        }
    }
}
