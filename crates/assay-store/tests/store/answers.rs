//! What was graded before is answered from the store.

use assay_core::{Report, SourceFile, Submission, SubmissionId, Verdict};
use assay_store::{NewSubmission, Scope, Store};

use super::{GO, NO_LIMIT, claim, new, on_both, report, worker};

const SEED: u64 = u64::MAX;

fn named(seed: Option<u64>) -> NewSubmission {
    NewSubmission { owner: "ann".into(), seed, ..new("package pool", None) }
}

/// Hands in and has it graded.
async fn graded(store: &Store, new: &NewSubmission, report: Report) -> SubmissionId {
    let submitted = store.submit(new, NO_LIMIT, GO).await.unwrap();
    assert!(!submitted.existed);
    store.finish(claim(store).await.fence, &report).await.unwrap();
    submitted.id
}

fn accepted() -> Report {
    Report { seed: SEED, ..report(Verdict::Accepted) }
}

/// The finished submission that answers `new`, if one does.
async fn answer(store: &Store, new: &NewSubmission) -> Option<SubmissionId> {
    let submitted = store.submit(new, NO_LIMIT, GO).await.unwrap();
    submitted.existed.then_some(submitted.id)
}

async fn the_same_with_the_same_seed_is_the_answer_whoever_chose_the_seed(store: Store) {
    for (owner, first) in [("ann", Some(SEED)), ("bob", None)] {
        let of = |seed| NewSubmission { owner: owner.into(), ..named(seed) };
        let id = graded(&store, &of(first), accepted()).await;
        assert_eq!(answer(&store, &of(Some(SEED))).await, Some(id));
        assert_eq!(store.claim(&worker()).await.unwrap(), None, "nothing is graded");
        let again = store.submit(&of(Some(SEED)), 0, GO).await.unwrap();
        assert_eq!(again.id, id, "a full queue keeps no answer back");
    }
}

async fn whatever_differs_is_graded(store: Store) {
    graded(&store, &named(Some(SEED)), accepted()).await;
    let same = named(Some(SEED));
    let file = SourceFile { path: "other.go".parse().unwrap(), content: "package pool".into() };
    let files = Submission::new("worker-pool".parse().unwrap(), vec![file]).unwrap();
    for (what, new) in [
        ("seed", named(Some(1))),
        ("no seed", named(None)),
        ("owner", NewSubmission { owner: "bob".into(), ..same.clone() }),
        ("version", NewSubmission { version: "v2".into(), ..same.clone() }),
        ("scope", NewSubmission { scope: Scope::Visible, ..same.clone() }),
        ("files", NewSubmission { submission: files, ..same.clone() }),
        ("fresh", NewSubmission { fresh: true, ..same.clone() }),
    ] {
        assert_eq!(answer(&store, &new).await, None, "{what}");
    }
    assert!(answer(&store, &same).await.is_some());
    let elsewhere = store.submit(&same, NO_LIMIT, "go1.28 linux/amd64").await.unwrap();
    assert!(!elsewhere.existed, "toolchain");
}

async fn what_waits_and_what_was_flaky_is_no_answer(store: Store) {
    let same = named(Some(SEED));
    let flaky = Report { verdict: Verdict::Flaky, ..accepted() };
    graded(&store, &same, flaky).await;
    assert_eq!(answer(&store, &same).await, None);
    assert_eq!(answer(&store, &same).await, None, "the first still waits");
}

async fn a_key_goes_before_a_later_answer(store: Store) {
    let keyed = NewSubmission { idempotency_key: Some("k".into()), ..named(Some(SEED)) };
    let first = graded(&store, &keyed, accepted()).await;
    let again = NewSubmission { fresh: true, ..named(Some(SEED)) };
    graded(&store, &again, accepted()).await;
    assert_eq!(answer(&store, &keyed).await, Some(first));
}

on_both! {
    the_same_with_the_same_seed_is_the_answer_whoever_chose_the_seed,
    whatever_differs_is_graded,
    what_waits_and_what_was_flaky_is_no_answer,
    a_key_goes_before_a_later_answer,
}
