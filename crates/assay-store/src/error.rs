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
    #[error("database `{place}`: {reason}")]
    Open {
        /// The file, or the URL without its password.
        place: String,
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
    /// The database does not answer. Passes once it is back.
    #[error("the database does not answer: {0}")]
    Away(sqlx::Error),
    /// Another transaction came in between; the whole is to be done again.
    #[error("another transaction came in between: {0}")]
    Conflict(sqlx::Error),
    /// A part of a report that is kept by itself cannot be written or read.
    #[error("artefact `{}`: {source}", path.display())]
    Artefact {
        /// Its file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The broker does not answer, or says no.
    #[error("broker: {0}")]
    Broker(String),
    /// A text is no backup, or cannot become one.
    #[error("backup: {0}")]
    Backup(String),
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
    /// Anything else that the database says.
    #[error("database: {0}")]
    Database(sqlx::Error),
}

impl StoreError {
    /// Whether the same call can work later without anyone changing the request.
    pub fn is_passing(&self) -> bool {
        use StoreError::{Away, Broker, Busy, Conflict, Full, OwnerFull, QueueFull};
        matches!(
            self,
            Away(_) | Broker(_) | Busy(_) | Conflict(_) | Full(_) | QueueFull { .. } | OwnerFull { .. }
        )
    }

    pub(crate) fn damaged(what: &'static str, id: impl ToString, reason: impl ToString) -> StoreError {
        StoreError::Damaged { what, id: id.to_string(), reason: reason.to_string() }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        let make = match (&error, code.as_deref()) {
            (PoolTimedOut, _) => StoreError::Busy,
            (Io(_) | PoolClosed | Protocol(_) | Tls(_) | WorkerCrashed, _) => StoreError::Away,
            (_, Some(code)) if code.len() == 5 => of_postgres(code),
            (_, Some(code)) => of_sqlite(code),
            _ => StoreError::Database,
        };
        make(error)
    }
}

/// PostgreSQL's codes have five characters, of which two are the class:
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn of_postgres(code: &str) -> fn(sqlx::Error) -> StoreError {
    match (&code[..2], code) {
        // serialization_failure, deadlock_detected, unique_violation: somebody was a moment faster.
        (_, "40001" | "40P01" | "23505") => StoreError::Conflict,
        // lock_not_available, query_canceled (statement_timeout).
        (_, "55P03" | "57014") => StoreError::Busy,
        // disk_full
        (_, "53100") => StoreError::Full,
        // Connections; too many of them or no memory; a server that starts, stops or recovers.
        ("08" | "53" | "57", _) => StoreError::Away,
        // idle_in_transaction_session_timeout; a server that has become a replica.
        (_, "25P03" | "25006") => StoreError::Away,
        _ => StoreError::Database,
    }
}

/// SQLite's primary result codes, <https://www.sqlite.org/rescode.html>; extended codes carry them in the low byte.
fn of_sqlite(code: &str) -> fn(sqlx::Error) -> StoreError {
    const BUSY: i32 = 5;
    const LOCKED: i32 = 6;
    const FULL: i32 = 13;
    match code.parse::<i32>().map(|code| code & 0xff) {
        Ok(BUSY | LOCKED) => StoreError::Busy,
        Ok(FULL) => StoreError::Full,
        _ => StoreError::Database,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_does_not() {
        fn name(make: fn(sqlx::Error) -> StoreError) -> String {
            format!("{:?}", make(sqlx::Error::RowNotFound)).split('(').next().unwrap().to_owned()
        }
        for (code, expected) in [
            ("40001", "Conflict"),
            ("23505", "Conflict"),
            ("55P03", "Busy"),
            ("53100", "Full"),
            ("53300", "Away"),
            ("57P01", "Away"),
            ("08006", "Away"),
            ("42P01", "Database"),
            ("23503", "Database"),
        ] {
            assert_eq!(name(of_postgres(code)), expected, "{code}");
        }
        for (code, expected) in [
            ("5", "Busy"),
            ("261", "Busy"),
            ("262", "Busy"),
            ("13", "Full"),
            ("19", "Database"),
            ("2067", "Database"),
        ] {
            assert_eq!(name(of_sqlite(code)), expected, "{code}");
        }
    }
}
