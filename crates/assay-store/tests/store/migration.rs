//! Databases of earlier versions.

use std::path::Path;

use assay_core::SubmissionId;
use assay_store::{Class, NewSubmission, Store};
use sqlx::SqlitePool;
use sqlx::migrate::Migrator;

use super::{GO, NO_LIMIT, claim, new, stream};

/// A database as the first `version` migrations make it.
async fn made_by(directory: &Path, version: i64) -> SqlitePool {
    let url = format!("sqlite://{}?mode=rwc", directory.join("assay.db").display());
    let db = SqlitePool::connect(&url).await.unwrap();
    let all: Migrator = sqlx::migrate!("migrations/sqlite");
    let first = all.migrations.iter().filter(|m| m.version <= version).cloned().collect::<Vec<_>>();
    Migrator { migrations: first.into(), ..all }.run(&db).await.unwrap();
    db
}

async fn queue_as_before_turns(db: &SqlitePool) -> SubmissionId {
    let id = SubmissionId::generate();
    for (sql, more) in [
        (
            "INSERT INTO submissions (id, exercise, version, scope, fingerprint, created_ms, state)
             VALUES (?, 'worker-pool', 'v1', 'all', ?, 0, 'queued')",
            "f",
        ),
        ("INSERT INTO files (submission, path, content) VALUES (?, 'pool.go', ?)", "package pool"),
        ("INSERT INTO events (submission, seq, json) VALUES (?, 1, ?)", r#"{"type":"queued","position":1}"#),
    ] {
        sqlx::query(sql).bind(id.to_string()).bind(more).execute(db).await.unwrap();
    }
    id
}

#[tokio::test]
async fn what_waited_before_there_were_turns_is_claimed_first_and_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let db = made_by(dir.path(), 1).await;
    let old = [queue_as_before_turns(&db).await, queue_as_before_turns(&db).await];
    db.close().await;

    let store = Store::open(dir.path()).await.unwrap();
    let newer = NewSubmission { owner: "ann".into(), class: Class::Practice, ..new("package pool", None) };
    let newer = store.submit(&newer, NO_LIMIT, GO).await.unwrap().id;
    assert_eq!(store.position(newer).await.unwrap(), Some(3));
    let full = store.submit(&super::new("package pool", None), 3, GO).await.unwrap_err();
    assert!(matches!(full, assay_store::StoreError::QueueFull { waiting: 3 }), "{full}");
    for id in [old[0], old[1], newer] {
        assert_eq!(claim(&store).await.fence.id, id);
    }
    assert_eq!(stream(&store, old[0]).await, ["queued 1", "started 1"]);
}
