//! A backup, from one kind of database into the other.

use assay_core::{Observation, Report, SourceFile, SubmissionId, Verdict};
use assay_store::{Forgotten, Garbage, NewSubmission, State, Store, StoreError};

use super::{GO, NO_LIMIT, claim, new, on_both, postgres, report, sqlite, stream};

/// A report with a part that is too large to stand in every list.
fn observed() -> Report {
    let observed = Observation { notes: vec!["x".repeat(100_000)], ..Observation::default() };
    Report { observed: Some(observed), ..report(Verdict::Accepted) }
}

/// One graded, one that runs, one that waits, a draft and a deed.
async fn fill(store: &Store) -> [SubmissionId; 3] {
    let mut ids = vec![];
    for owner in ["ann", "bob", "bob"] {
        let new = NewSubmission { owner: owner.into(), ..new(&format!("package p{}", ids.len()), None) };
        ids.push(store.submit(&new, NO_LIMIT, GO).await.unwrap().id);
    }
    let first = claim(store).await;
    store.finish(first.fence, &observed()).await.unwrap();
    claim(store).await;
    let files = [SourceFile { path: "pool.go".parse().unwrap(), content: "package half".into() }];
    store.save_draft("ann", &"worker-pool".parse().unwrap(), 0, &files).await.unwrap();
    store.note("op", "looked", "everything", "").await.unwrap();
    [ids[0], ids[1], ids[2]]
}

async fn a_backup_goes_on_in_the_other_kind_of_database(from: Store) {
    let [graded, ran, waits] = fill(&from).await;
    let mut text = vec![];
    let rows = from.backup(&mut text).await.unwrap();
    let (_dir, other) = if from.is_shared() {
        let (dir, store) = sqlite().await;
        (Some(dir), store)
    } else {
        let Some(store) = postgres().await else { return };
        (None, store)
    };
    assert_eq!(other.restore(&mut text.as_slice()).await.unwrap(), rows);
    let refused = other.restore(&mut text.as_slice()).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Backup(why) if why.contains("not empty")), "{refused}");

    assert_eq!(other.report(graded).await.unwrap(), Some(observed()), "with its artefact");
    assert_eq!(stream(&other, graded).await, stream(&from, graded).await);
    assert_eq!(other.get(ran).await.unwrap().unwrap().state, State::Queued, "what ran waits again");
    assert_eq!(other.depth().await.unwrap().waiting, 2);
    let pool = "worker-pool".parse().unwrap();
    assert_eq!(other.draft("ann", &pool).await.unwrap(), from.draft("ann", &pool).await.unwrap());
    assert_eq!(claim(&other).await.fence.id, ran);
    assert_eq!(claim(&other).await.fence.id, waits);
    let next = other.submit(&new("package next", None), NO_LIMIT, GO).await.unwrap().id;
    assert_eq!(claim(&other).await.fence.id, next, "places count on");
}

async fn what_somebody_has_is_all_there_and_all_gone(store: Store) {
    let [graded, ran, waits] = fill(&store).await;
    let export = store.export("ann").await.unwrap();
    assert_eq!(export.submissions.iter().map(|s| s.id).collect::<Vec<_>>(), [graded]);
    assert_eq!(export.submissions[0].report, Some(observed()));
    assert_eq!(export.drafts.len(), 1);
    let forgotten = Forgotten { submissions: 1, saves: 1, hints: 0, answers: 0 };
    assert_eq!(store.forget("ann", "op").await.unwrap(), forgotten);
    let gone = store.export("ann").await.unwrap();
    assert_eq!((gone.submissions.len(), gone.drafts.len()), (0, 0));
    assert_eq!(store.get(graded).await.unwrap(), None);
    assert!(store.get(ran).await.unwrap().is_some() && store.get(waits).await.unwrap().is_some());

    // Its artefact goes when it has stayed without a report.
    let mut garbage = Garbage::default();
    let (no, grace) = (std::time::Duration::from_hours(1), std::time::Duration::ZERO);
    assert_eq!(store.collect_garbage(&mut garbage, no).await.unwrap(), 0);
    assert_eq!(store.collect_garbage(&mut garbage, grace).await.unwrap(), 1);
    assert_eq!(store.collect_garbage(&mut garbage, grace).await.unwrap(), 0);
}

async fn an_artefact_is_kept_as_long_as_one_report_has_it(store: Store) {
    let [graded, ..] = fill(&store).await;
    let mut garbage = Garbage::default();
    for _ in 0..2 {
        assert_eq!(store.collect_garbage(&mut garbage, std::time::Duration::ZERO).await.unwrap(), 0);
    }
    assert_eq!(store.report(graded).await.unwrap(), Some(observed()));
}

async fn what_is_too_old_goes_and_the_rest_stays(store: Store) {
    let [graded, ran, waits] = fill(&store).await;
    assert_eq!(store.forget_older(1).await.unwrap(), 0);
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    assert_eq!(store.forget_older(0).await.unwrap(), 1);
    assert_eq!(store.get(graded).await.unwrap(), None);
    assert!(store.get(ran).await.unwrap().is_some() && store.get(waits).await.unwrap().is_some());
}

on_both! {
    a_backup_goes_on_in_the_other_kind_of_database,
    what_somebody_has_is_all_there_and_all_gone,
    an_artefact_is_kept_as_long_as_one_report_has_it,
    what_is_too_old_goes_and_the_rest_stays,
}
