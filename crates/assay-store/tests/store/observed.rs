//! Runs that are looked at: who may take them, what answers them, and what is kept of them.

use assay_core::{Observation, Report, Verdict};
use assay_store::{Capabilities, NewSubmission, OBSERVE, Store, Worker};

use super::{GO, NO_LIMIT, new, on_both, report, worker};

fn asked() -> NewSubmission {
    NewSubmission { needs: Capabilities::default().and(OBSERVE), ..new("package p", None) }
}

fn observer() -> Worker {
    Worker { capabilities: [OBSERVE].into_iter().collect(), ..worker() }
}

fn observed(notes: usize) -> Report {
    let observed = Observation { notes: vec!["x".repeat(notes)], ..Observation::default() };
    Report { observed: Some(observed), ..report(Verdict::Accepted) }
}

async fn only_a_grader_that_can_takes_it_and_is_told(store: Store) {
    let id = store.submit(&asked(), NO_LIMIT, GO).await.unwrap().id;
    let plain = store.submit(&new("package q", None), NO_LIMIT, GO).await.unwrap().id;
    let claim = store.claim(&worker()).await.unwrap().unwrap();
    assert_eq!(
        (claim.fence.id, claim.observe),
        (plain, false),
        "an older grader would leave the observation out"
    );
    assert!(store.claim(&worker()).await.unwrap().is_none());
    let claim = store.claim(&observer()).await.unwrap().unwrap();
    assert_eq!((claim.fence.id, claim.observe), (id, true));
    assert!(store.get(id).await.unwrap().unwrap().observes());
}

async fn what_was_not_looked_at_is_no_answer(store: Store) {
    let seed = Some(u64::MAX - 1);
    let plain = NewSubmission { seed, ..new("package p", None) };
    let asked = NewSubmission { seed, ..asked() };
    let first = store.submit(&plain, NO_LIMIT, GO).await.unwrap().id;
    let claim = store.claim(&worker()).await.unwrap().unwrap();
    store.finish(claim.fence, &report(Verdict::Accepted)).await.unwrap();
    let second = store.submit(&asked, NO_LIMIT, GO).await.unwrap();
    assert!(!second.existed);
    let claim = store.claim(&observer()).await.unwrap().unwrap();
    store.finish(claim.fence, &observed(1)).await.unwrap();
    assert_eq!(store.submit(&asked, NO_LIMIT, GO).await.unwrap().id, second.id, "what was looked at is one");
    assert_eq!(store.submit(&plain, NO_LIMIT, GO).await.unwrap().id, first);
}

async fn it_is_read_by_itself_and_not_when_it_is_known(store: Store) {
    for notes in [10, 100_000] {
        let code = format!("package p{notes}");
        let new = NewSubmission { needs: Capabilities::default().and(OBSERVE), ..new(&code, None) };
        let id = store.submit(&new, NO_LIMIT, GO).await.unwrap().id;
        assert_eq!(store.observation(id, None).await.unwrap(), None);
        let claim = store.claim(&observer()).await.unwrap().unwrap();
        let report = observed(notes);
        store.finish(claim.fence, &report).await.unwrap();
        let seen = store.observation(id, None).await.unwrap().unwrap();
        let read: Observation = serde_json::from_slice(&seen.json).unwrap();
        assert_eq!(Some(read), report.observed);
        let known = store.observation(id, Some(&seen.hash)).await.unwrap().unwrap();
        assert_eq!(known.hash, seen.hash);
        assert_eq!(known.json.is_empty(), notes > 1000, "what stands by itself is not read again");
        assert_eq!(store.observation(id, Some("other")).await.unwrap().unwrap(), seen);
    }
}

on_both! {
    only_a_grader_that_can_takes_it_and_is_told,
    what_was_not_looked_at_is_no_answer,
    it_is_read_by_itself_and_not_when_it_is_known,
}
