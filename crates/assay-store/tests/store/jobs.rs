//! What operators see and do.

use assay_core::{Fault, Verdict};
use assay_store::{MOST_ATTEMPTS, State, Store};

use super::{GO, NO_LIMIT, claim, new, on_both, report, stream};

async fn one_that_was_set_aside_is_tried_again_when_an_operator_says_so(store: Store) {
    let id = store.submit(&new("package pool", None), NO_LIMIT, GO).await.unwrap().id;
    assert!(!store.retry_job(id, "op").await.unwrap(), "it waits");
    for _ in 0..MOST_ATTEMPTS {
        let claim = claim(&store).await;
        store.fault(claim.fence, &Fault::new("no disk")).await.unwrap();
    }
    let aside = store.jobs(State::Faulted, 10).await.unwrap();
    assert_eq!(aside.iter().map(|r| r.id).collect::<Vec<_>>(), [id]);
    assert_eq!(aside[0].fault.as_deref(), Some("no disk"));

    assert!(store.retry_job(id, "op").await.unwrap());
    assert!(!store.retry_job(id, "op").await.unwrap(), "it waits again");
    let job = store.job(id).await.unwrap().unwrap();
    assert_eq!((job.record.state, job.record.attempt, job.position), (State::Queued, 0, Some(1)));
    let outcomes: Vec<_> = job.attempts.iter().map(|a| a.outcome.as_deref().unwrap_or("-")).collect();
    assert_eq!(outcomes, ["fault", "fault", "fault"]);
    assert_eq!(
        job.deeds.iter().map(|d| (d.actor.as_str(), d.action.as_str())).collect::<Vec<_>>(),
        [("op", "retry")]
    );

    let again = claim(&store).await;
    assert_eq!((again.attempt, again.fence.number), (1, 4), "the try is the first, the fence is new");
    store.finish(again.fence, &report(Verdict::Accepted)).await.unwrap();
    let events = stream(&store, id).await;
    assert_eq!(events.iter().filter(|e| *e == "faulted").count(), 0, "{events:?}");
    assert_eq!(events.last().map(String::as_str), Some("finished Accepted"));
}

async fn a_job_is_dropped_wherever_it_is_but_not_when_it_is_graded(store: Store) {
    let mut ids = vec![];
    for i in 0..3 {
        ids.push(store.submit(&new(&format!("package p{i}"), None), NO_LIMIT, GO).await.unwrap().id);
    }
    let running = claim(&store).await;
    let graded = claim(&store).await;
    store.finish(graded.fence, &report(Verdict::Failed)).await.unwrap();
    assert!(store.drop_job(ids[0], "op").await.unwrap());
    assert!(!store.drop_job(ids[1], "op").await.unwrap(), "a verdict stays");
    assert!(store.drop_job(ids[2], "op").await.unwrap());
    assert!(!store.beat(running.fence).await.unwrap(), "its grader finds out");
    assert_eq!(stream(&store, ids[0]).await, ["queued 1", "started 1", "canceled"]);
    let depth = store.depth().await.unwrap();
    assert_eq!((depth.waiting, depth.oldest_ms), (0, None));
    let mut states = depth.states;
    states.sort();
    assert_eq!(states, [("canceled".to_owned(), 2), ("finished".to_owned(), 1)]);
}

on_both! {
    one_that_was_set_aside_is_tried_again_when_an_operator_says_so,
    a_job_is_dropped_wherever_it_is_but_not_when_it_is_graded,
}
