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

/// What a database of any earlier form has is there after it was opened, and goes on.
#[tokio::test]
async fn data_of_every_earlier_form_goes_on() {
    for form in 1..=5 {
        let dir = tempfile::tempdir().unwrap();
        let db = made_by(dir.path(), form).await;
        let (waits, ran, graded) = (
            queue_as_before_turns(&db).await,
            queue_as_before_turns(&db).await,
            queue_as_before_turns(&db).await,
        );
        for (sql, id) in [
            ("UPDATE submissions SET state = 'running', attempt = 1, fence = 1 WHERE id = ?", ran),
            (
                "UPDATE submissions SET state = 'finished', attempt = 1, fence = 1, finished_ms = 1, verdict = 'Failed',
                     seed = 7 WHERE id = ?",
                graded,
            ),
            ("INSERT INTO events (submission, seq, json) VALUES (?, 2, NULL)", graded),
        ] {
            sqlx::query(sql).bind(id.to_string()).execute(&db).await.unwrap();
        }
        let json = serde_json::to_string(&super::report(assay_core::Verdict::Failed)).unwrap();
        let insert = "INSERT INTO reports (submission, json) VALUES (?, ?)";
        sqlx::query(insert).bind(graded.to_string()).bind(json).execute(&db).await.unwrap();
        db.close().await;

        let store = Store::open(dir.path()).await.unwrap();
        assert_eq!(store.requeue_running_at_start().await.unwrap().again, [ran], "form {form}");
        assert_eq!(stream(&store, graded).await, ["queued 1", "finished Failed"], "form {form}");
        assert_eq!(
            store.files(graded).await.unwrap().len(),
            1,
            "form {form}: nothing was deleted with the old table"
        );
        assert_eq!(store.depth().await.unwrap().waiting, 2, "form {form}");
        assert_eq!(claim(&store).await.fence.id, waits, "form {form}");
        assert_eq!(claim(&store).await.fence.id, ran, "form {form}");
        store.close().await;
    }
}

/// The same for PostgreSQL, whose forms began with the fourth.
#[tokio::test]
async fn data_of_every_earlier_form_goes_on_in_postgres() {
    for form in 4..=5 {
        let Some(url) = super::fresh_database() else { return };
        goes_on_in_postgres(url, form).await;
    }
}

async fn goes_on_in_postgres(url: String, form: i64) {
    let db = sqlx::PgPool::connect(&url).await.unwrap();
    let all: Migrator = sqlx::migrate!("migrations/postgres");
    let first = all.migrations.iter().filter(|m| m.version <= form).cloned().collect::<Vec<_>>();
    Migrator { migrations: first.into(), ..all }.run(&db).await.unwrap();
    let id = SubmissionId::generate();
    let insert =
        "INSERT INTO submissions (id, exercise, version, scope, fingerprint, created_ms, state, turn)
                  VALUES ($1, 'worker-pool', 'v1', 'all', 'f', 0, 'queued', 1)";
    sqlx::query(insert).bind(id.to_string()).execute(&db).await.unwrap();
    let insert = "INSERT INTO files (submission, path, content) VALUES ($1, 'pool.go', 'package pool')";
    sqlx::query(insert).bind(id.to_string()).execute(&db).await.unwrap();
    db.close().await;
    let store = Store::open(assay_store::Location::Postgres(url)).await.unwrap();
    assert_eq!(store.depth().await.unwrap().waiting, 1);
    assert_eq!(claim(&store).await.fence.id, id);
}

#[tokio::test]
async fn a_database_of_a_newer_assay_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    Store::open(dir.path()).await.unwrap().close().await;
    let url = format!("sqlite://{}", dir.path().join("assay.db").display());
    let db = SqlitePool::connect(&url).await.unwrap();
    let insert = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                  VALUES (9999, 'from the future', TRUE, x'00', 0)";
    sqlx::query(insert).execute(&db).await.unwrap();
    db.close().await;
    let refused = Store::open(dir.path()).await.unwrap_err().to_string();
    let known = sqlx::migrate!("migrations/sqlite").iter().map(|m| m.version).max().unwrap();
    let words = format!("it has form 9999, and this assay knows forms up to {known}");
    assert!(refused.contains(&words), "{refused}");
    assert!(refused.contains("nothing was changed"), "{refused}");
}

/// A server of the version before hands in beside newer ones: nobody is known to have done it.
#[tokio::test]
async fn a_server_that_knows_no_visitors_goes_on_beside_newer_ones() {
    let dir = tempfile::tempdir().unwrap();
    let old = made_by(dir.path(), 5).await;
    let store = Store::open(dir.path()).await.unwrap();
    let id = queue_as_before_turns(&old).await;
    old.close().await;
    assert_eq!(store.get(id).await.unwrap().unwrap().visitor, "");
    assert_eq!(claim(&store).await.fence.id, id);
}
