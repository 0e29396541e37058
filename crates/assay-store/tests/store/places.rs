//! Who is told its place, and when.

use assay_core::SubmissionId;
use assay_store::Store;

use super::{GO, NO_LIMIT, claim, new, on_both, stream};

async fn hand_in(store: &Store, count: usize) -> Vec<SubmissionId> {
    let mut ids = vec![];
    for i in 0..count {
        ids.push(store.submit(&new(&format!("package p{i}"), None), NO_LIMIT, GO).await.unwrap().id);
    }
    ids
}

async fn a_claim_tells_the_first_in_line_only_however_many_wait(store: Store) {
    let ids = hand_in(&store, 50).await;
    claim(&store).await;
    assert_eq!(store.tell_positions(|_| true).await.unwrap(), ids[1..=10]);
    assert_eq!(store.tell_positions(|_| true).await.unwrap(), [], "each once");
    let mut events = 0;
    for id in &ids[1..] {
        events += stream(&store, *id).await.len();
    }
    assert_eq!(events, 49 + 10);
}

async fn one_further_back_is_told_when_it_asks(store: Store) {
    let ids = hand_in(&store, 20).await;
    let (last, running) = (ids[19], claim(&store).await);
    assert!(store.tell_position(last).await.unwrap());
    assert!(!store.tell_position(last).await.unwrap(), "nothing has changed");
    assert_eq!(stream(&store, last).await, ["queued 20", "queued 19"]);
    assert!(!store.tell_position(running.fence.id).await.unwrap(), "it does not wait");
    store.release(running.fence).await.unwrap();
    assert!(store.tell_position(running.fence.id).await.unwrap());
    assert_eq!(stream(&store, running.fence.id).await, ["queued 1", "started 1", "queued 1"]);
}

async fn beyond_a_thousand_the_place_is_no_less_than_it_is(store: Store) {
    let ids = hand_in(&store, 1003).await;
    for (n, place) in [(1, 1), (1000, 1000), (1001, 1003), (1003, 1003)] {
        assert_eq!(store.position(ids[n - 1]).await.unwrap(), Some(place), "the {n}th");
    }
}

on_both! {
    a_claim_tells_the_first_in_line_only_however_many_wait,
    one_further_back_is_told_when_it_asks,
    beyond_a_thousand_the_place_is_no_less_than_it_is,
}
