//! The promises of the store, on a real file: one job per submit, one verdict per job, nothing lost over a crash.

mod answers;
mod broker;
mod drafts;
mod jobs;
mod lease;
mod migration;
mod observed;
mod order;
mod places;
mod questions;
mod transfer;
mod visitors;

use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;
use std::time::Duration;

use assay_core::{Event, ExerciseRef, Fault, Report, SCHEMA, SourceFile, Submission, Verdict};
use assay_store::{
    AfterFault, Capabilities, Claim, Class, FinishedRun, Location, MOST_ATTEMPTS, NewSubmission, Patience,
    Scope, State, Store, StoreError, Watches, Worker, Written,
};
use assay_tests::services::Postgres;
use tempfile::TempDir;

const NO_LIMIT: usize = usize::MAX;
const GO: &str = "go1.27.3 linux/amd64";

async fn sqlite() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    store.requeue_running_at_start().await.unwrap();
    (dir, store)
}

/// A store in an empty database of one server for all tests; none, with a word why, where there is no PostgreSQL.
async fn postgres() -> Option<Store> {
    let url = fresh_database()?;
    Some(Store::open(Location::Postgres(url)).await.unwrap())
}

fn fresh_database() -> Option<String> {
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    if let Some(why) = Postgres::lacking() {
        eprintln!("skipped on PostgreSQL: {why}");
        return None;
    }
    Some(SERVER.get_or_init(Postgres::start).fresh_database())
}

/// Runs each of these on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($test:ident,)*) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                let (_dir, store) = $crate::sqlite().await;
                super::$test(store).await;
            })*
        }

        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                if let Some(store) = $crate::postgres().await {
                    super::$test(store).await;
                }
            })*
        }
    };
}
use on_both;

fn worker() -> Worker {
    named_worker("one")
}

fn named_worker(name: &str) -> Worker {
    Worker {
        id: name.into(),
        name: name.into(),
        version: "1".into(),
        capabilities: Capabilities::default(),
        slots: 1,
    }
}

fn submission(code: &str) -> Submission {
    let file = SourceFile { path: "pool.go".parse().unwrap(), content: code.into() };
    Submission::new("worker-pool".parse().unwrap(), vec![file]).unwrap()
}

fn new(code: &str, key: Option<&str>) -> NewSubmission {
    NewSubmission {
        submission: submission(code),
        version: "v1".into(),
        owner: String::new(),
        visitor: String::new(),
        class: Class::Practice,
        scope: Scope::All,
        seed: Some(u64::MAX),
        idempotency_key: key.map(str::to_owned),
        fresh: false,
        needs: Capabilities::default(),
    }
}

fn report(verdict: Verdict) -> Report {
    Report {
        schema: SCHEMA.into(),
        exercise: ExerciseRef { slug: "worker-pool".parse().unwrap(), version: "v1".into() },
        verdict,
        summary: "so it went".into(),
        passes: vec![],
        evidence: vec![],
        figures: vec![],
        vet: vec![],
        seed: u64::MAX - 1,
        toolchain: GO.into(),
        timings: BTreeMap::new(),
        not_run: vec![],
        observed: None,
    }
}

/// The next one, also if it rests.
async fn claim(store: &Store) -> Claim {
    if let Some(claim) = store.claim(&worker()).await.unwrap() {
        return claim;
    }
    store.sweep(&mut Watches::default(), AT_ONCE).await.unwrap();
    store.claim(&worker()).await.unwrap().expect("something waits")
}

/// Rests are over at once, and no lease is.
const AT_ONCE: Patience =
    Patience { lease: Duration::from_hours(1), rest: Duration::ZERO, resend: Duration::from_hours(1) };

/// The stream of a submission in short, and that its numbers have no gaps.
async fn stream(store: &Store, id: assay_core::SubmissionId) -> Vec<String> {
    let events = store.events_after(id, 0).await.unwrap();
    for (i, e) in events.iter().enumerate() {
        assert_eq!(e.seq, i as u64 + 1);
    }
    events
        .into_iter()
        .map(|e| match e.event {
            Event::Queued { position } => format!("queued {position}"),
            Event::Started { attempt } => format!("started {attempt}"),
            Event::Step { step } => format!("step {step:?}"),
            Event::Finished { report } => format!("finished {}", report.verdict),
            Event::Faulted { .. } => "faulted".into(),
            Event::Canceled => "canceled".into(),
            other => format!("{other:?}"),
        })
        .collect()
}

async fn many_events_at_once_keep_their_order(store: Store) {
    let id = store.submit(&new("package pool", None), NO_LIMIT, GO).await.unwrap().id;
    let fence = claim(&store).await.fence;
    let many: Vec<Event> = (0..40).map(|n| Event::Queued { position: n }).collect();
    assert_eq!(store.append_events(fence, &many).await.unwrap(), Written::Stored(42));
    assert_eq!(store.append_events(fence, &many[..1]).await.unwrap(), Written::Stored(43));
    let told = store.events_after(id, 2).await.unwrap();
    let places: Vec<usize> = (0..40).chain([0]).collect();
    assert_eq!(
        told.iter().map(|told| (told.seq, told.event.clone())).collect::<Vec<_>>(),
        places.iter().zip(3..).map(|(n, seq)| (seq, Event::Queued { position: *n })).collect::<Vec<_>>()
    );
}

async fn a_submission_from_hand_in_to_verdict(store: Store) {
    let id = store.submit(&new("package pool", None), NO_LIMIT, GO).await.unwrap().id;
    let record = store.get(id).await.unwrap().unwrap();
    assert_eq!(
        (record.state, record.attempt, record.seed, record.verdict),
        (State::Queued, 0, Some(u64::MAX), None)
    );
    assert_eq!(store.report(id).await.unwrap(), None);

    let claim = claim(&store).await;
    assert_eq!((claim.fence.id, claim.attempt, claim.submission.files().len()), (id, 1, 1));
    assert_eq!(store.claim(&worker()).await.unwrap(), None, "nothing else waits");
    let step = Event::Step { step: assay_core::Step::Build };
    assert_eq!(store.append_events(claim.fence, &[step.clone(), step]).await.unwrap(), Written::Stored(4));
    assert_eq!(store.finish(claim.fence, &report(Verdict::DataRace)).await.unwrap(), Written::Stored(5));

    let record = store.get(id).await.unwrap().unwrap();
    assert_eq!(
        (record.state, record.verdict, record.seed),
        (State::Finished, Some(Verdict::DataRace), Some(u64::MAX - 1))
    );
    assert_eq!(store.report(id).await.unwrap(), Some(report(Verdict::DataRace)));
    assert_eq!(
        stream(&store, id).await,
        ["queued 1", "started 1", "step Build", "step Build", "finished DataRace"]
    );
    assert_eq!(store.events_after(id, 4).await.unwrap().len(), 1);
    assert_eq!(store.events_after(id, u64::MAX).await.unwrap().len(), 0);
}

async fn fifty_same_submits_at_once_are_one_job(store: Store) {
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.submit(&new("package pool", Some("k")), 1, GO).await.unwrap() })
        })
        .collect();
    let mut ids = HashSet::new();
    let mut made = 0;
    for call in calls {
        let submitted = call.await.unwrap();
        ids.insert(submitted.id);
        made += usize::from(!submitted.existed);
    }
    assert_eq!((ids.len(), made), (1, 1));
    claim(&store).await;
    assert_eq!(store.claim(&worker()).await.unwrap(), None);
}

async fn a_key_with_another_body_is_a_conflict_and_a_full_queue_says_so(store: Store) {
    let first = store.submit(&new("package pool", Some("k")), 1, GO).await.unwrap().id;
    let other = store.submit(&new("package other", Some("k")), 1, GO).await.unwrap_err();
    assert!(matches!(other, StoreError::KeyReused { first: f } if f == first), "{other}");
    let upgraded = NewSubmission { version: "v2".into(), ..new("package pool", Some("k")) };
    assert_eq!(store.submit(&upgraded, 1, GO).await.unwrap().id, first, "new content, same submit");
    let full = store.submit(&new("package pool", None), 1, GO).await.unwrap_err();
    assert!(matches!(full, StoreError::QueueFull { waiting: 1 }), "{full}");
    assert!(full.is_passing());
}

async fn the_queue_is_in_order_and_tells_places_that_change(store: Store) {
    let mut ids = vec![];
    for i in 0..3 {
        ids.push(store.submit(&new(&format!("package p{i}"), None), NO_LIMIT, GO).await.unwrap().id);
    }
    assert_eq!(store.position(ids[2]).await.unwrap(), Some(3));
    assert_eq!(store.tell_positions(|_| true).await.unwrap(), [], "nothing has changed");
    let first = claim(&store).await;
    assert_eq!(first.fence.id, ids[0]);
    assert_eq!(store.tell_positions(|_| true).await.unwrap(), ids[1..]);
    assert_eq!(store.position(ids[0]).await.unwrap(), None);
    assert_eq!(store.position(ids[1]).await.unwrap(), Some(1));
    store.release(first.fence).await.unwrap();
    assert_eq!(store.position(ids[0]).await.unwrap(), Some(1), "its old place");
    assert_eq!(store.tell_positions(|_| true).await.unwrap(), ids);
    assert_eq!(stream(&store, ids[0]).await, ["queued 1", "started 1", "queued 1"]);
    assert_eq!(stream(&store, ids[2]).await, ["queued 3", "queued 2", "queued 3"]);
}

async fn an_old_fence_changes_nothing(store: Store) {
    let id = store.submit(&new("package pool", None), NO_LIMIT, GO).await.unwrap().id;
    let old = claim(&store).await.fence;
    store.release(old).await.unwrap();
    let now = claim(&store).await;
    assert_eq!((now.attempt, now.fence.number), (1, 2), "a released try does not count, its fence does");

    let step = [Event::Step { step: assay_core::Step::Build }];
    assert_eq!(store.append_events(old, &step).await.unwrap(), Written::Stale);
    assert_eq!(store.finish(old, &report(Verdict::Accepted)).await.unwrap(), Written::Stale);
    assert_eq!(store.fault(old, &Fault::new("late")).await.unwrap(), AfterFault::Stale);
    store.release(old).await.unwrap();
    assert_eq!(store.get(id).await.unwrap().unwrap().state, State::Running);

    assert_eq!(store.finish(now.fence, &report(Verdict::Failed)).await.unwrap(), Written::Stored(4));
    assert_eq!(store.finish(now.fence, &report(Verdict::Accepted)).await.unwrap(), Written::Stale, "once");
    assert_eq!(
        store.append_events(now.fence, &step).await.unwrap(),
        Written::Stale,
        "nothing after the last"
    );
    assert_eq!(stream(&store, id).await, ["queued 1", "started 1", "started 1", "finished Failed"]);
}

async fn faults_are_retried_and_then_set_aside(store: Store) {
    let id = store.submit(&new("package pool", None), NO_LIMIT, GO).await.unwrap().id;
    for attempt in 1..MOST_ATTEMPTS {
        let claim = claim(&store).await;
        assert_eq!(claim.attempt, attempt);
        assert_eq!(store.fault(claim.fence, &Fault::new("no disk")).await.unwrap(), AfterFault::Again);
    }
    let last = claim(&store).await.fence;
    assert_eq!(store.fault(last, &Fault::new("no disk")).await.unwrap(), AfterFault::SetAside);
    assert_eq!(store.claim(&worker()).await.unwrap(), None);
    let record = store.get(id).await.unwrap().unwrap();
    assert_eq!((record.state, record.verdict), (State::Faulted, None));
    assert_eq!(stream(&store, id).await, ["queued 1", "started 1", "started 2", "started 3", "faulted"]);
}

async fn any_text_is_kept_as_it_is(store: Store) {
    for text in ["package p // \0", "\u{1}\"x\"", "\0", "\u{1}", "package p // \u{feff}\u{10ffff}\r\n"] {
        let id = store.submit(&new(text, None), NO_LIMIT, GO).await.unwrap().id;
        assert_eq!(store.files(id).await.unwrap(), submission(text).files());
        let fence = claim(&store).await.fence;
        store.fault(fence, &Fault::new(text)).await.unwrap();
        store.cancel(id).await.unwrap();
    }
}

#[tokio::test]
async fn after_a_crash_the_running_ones_run_again_and_a_killer_is_set_aside() {
    let (dir, store) = sqlite().await;
    let killer = store.submit(&new("package killer", Some("k")), NO_LIMIT, GO).await.unwrap().id;
    let done = store.submit(&new("package done", None), NO_LIMIT, GO).await.unwrap().id;
    let mut store = store;
    for attempt in 1..=MOST_ATTEMPTS {
        assert_eq!(claim(&store).await.attempt, attempt);
        if attempt == 1 {
            let other = claim(&store).await;
            store.finish(other.fence, &report(Verdict::Accepted)).await.unwrap();
        }
        drop(store);
        store = Store::open(dir.path()).await.unwrap();
        let found = store.requeue_running_at_start().await.unwrap();
        let expected = if attempt < MOST_ATTEMPTS { (vec![killer], vec![]) } else { (vec![], vec![killer]) };
        assert_eq!((found.again, found.set_aside), expected);
    }
    assert_eq!(store.get(killer).await.unwrap().unwrap().state, State::Faulted);
    assert_eq!(store.get(done).await.unwrap().unwrap().verdict, Some(Verdict::Accepted));
    let again = store.submit(&new("package killer", Some("k")), NO_LIMIT, GO).await.unwrap();
    assert_eq!((again.id, again.existed), (killer, true), "the key outlives the crash");
}

#[tokio::test]
async fn one_server_per_directory_and_readers_beside_it() {
    let (dir, store) = sqlite().await;
    let second = Store::open(dir.path()).await.unwrap();
    let refused = second.requeue_running_at_start().await.unwrap_err();
    assert!(matches!(refused, StoreError::Served { .. }), "{refused}");
    let run =
        FinishedRun { submission: submission("x"), scope: Scope::Visible, report: report(Verdict::Leak) };
    let id = second.record_finished(&run).await.unwrap();
    assert_eq!(store.files(id).await.unwrap(), submission("x").files());
    assert_eq!(stream(&store, id).await, ["started 1", "finished Leak"]);
    assert_eq!(store.get(id).await.unwrap().unwrap().scope, Scope::Visible);
    store.probe().await.unwrap();
}

#[tokio::test]
async fn a_damaged_row_does_not_hold_up_the_queue() {
    let (dir, store) = sqlite().await;
    let bad = store.submit(&new("package bad", None), NO_LIMIT, GO).await.unwrap().id;
    let good = store.submit(&new("package good", None), NO_LIMIT, GO).await.unwrap().id;
    let url = format!("sqlite://{}", dir.path().join("assay.db").display());
    let raw = sqlx::SqlitePool::connect(&url).await.unwrap();
    sqlx::query("DELETE FROM files WHERE submission = ?").bind(bad.to_string()).execute(&raw).await.unwrap();
    assert_eq!(claim(&store).await.fence.id, good);
    assert_eq!(stream(&store, bad).await, ["queued 1", "faulted"]);
}

#[tokio::test]
async fn what_cannot_be_opened_says_which_path() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let error = Store::open(&*file).await.unwrap_err().to_string();
    assert!(error.contains(&file.display().to_string()), "{error}");
    std::fs::write(dir.path().join("assay.db"), "not a database, but long enough to have a header".repeat(9))
        .unwrap();
    let error = Store::open(dir.path()).await.unwrap_err().to_string();
    assert!(error.contains("assay.db") && error.contains("not a database"), "{error}");
}

on_both! {
    any_text_is_kept_as_it_is,
    a_submission_from_hand_in_to_verdict,
    many_events_at_once_keep_their_order,
    fifty_same_submits_at_once_are_one_job,
    a_key_with_another_body_is_a_conflict_and_a_full_queue_says_so,
    the_queue_is_in_order_and_tells_places_that_change,
    an_old_fence_changes_nothing,
    faults_are_retried_and_then_set_aside,
}
