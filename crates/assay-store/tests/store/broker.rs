//! From the outbox over a real broker to a claim.

use std::collections::BTreeSet;
use std::time::Duration;

use assay_core::{SubmissionId, Verdict};
use assay_store::{
    Broker, Capabilities, Class, Fence, NewSubmission, Patience, Store, Takes, Watches, Written,
};
use assay_tests::services::{Nats, Postgres, skip};
use futures_util::StreamExt as _;

use super::{AT_ONCE, GO, NO_LIMIT, claim, new, postgres, report, stream, worker};

/// A store, and a broker of this test's own; none where they cannot be had.
async fn both() -> Option<(Store, Nats, Broker)> {
    if let Some(why) = Postgres::lacking().or_else(Nats::lacking) {
        skip("broker", why);
        return None;
    }
    let nats = Nats::start();
    let broker = Broker::connect(&nats.url()).await.unwrap();
    Some((postgres().await?, nats, broker))
}

async fn hand_in(store: &Store, class: Class, needs: &str) -> SubmissionId {
    let needs = Capabilities::from_iter([needs]);
    let new = NewSubmission { class, needs, ..new("package pool", None) };
    store.submit(&new, NO_LIMIT, GO).await.unwrap().id
}

/// The next message, within some seconds.
async fn next(takes: &mut Takes) -> Option<assay_store::Taken> {
    for _ in 0..3 {
        if let Some(taken) = takes.next().await.unwrap() {
            return Some(taken);
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn few_are_sent_ahead_so_that_one_that_goes_first_is_not_behind_many() {
    let Some((store, _nats, broker)) = both().await else { return };
    let mut practice = vec![];
    for _ in 0..4 {
        practice.push(hand_in(&store, Class::Practice, "").await);
    }
    assert_eq!(store.relay(&broker, 2).await.unwrap(), 2);
    assert_eq!(store.relay(&broker, 2).await.unwrap(), 0, "nobody has taken them");
    let home = hand_in(&store, Class::TakeHome, "").await;
    let mut takes = broker.takes(Capabilities::default());
    let mut order = vec![];
    for _ in 0..5 {
        let taken = next(&mut takes).await.expect("a message");
        let claim = store.claim_it(taken.fence, &worker()).await.unwrap().expect("it may be claimed");
        assert_eq!(store.finish(claim.fence, &report(Verdict::Accepted)).await.unwrap(), Written::Stored(3));
        taken.done().await;
        order.push(claim.fence.id);
        store.relay(&broker, 2).await.unwrap();
    }
    assert_eq!(order, [practice[0], practice[1], home, practice[2], practice[3]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_out_again_after_its_verdict_changes_nothing() {
    let Some((store, _nats, broker)) = both().await else { return };
    let id = hand_in(&store, Class::Practice, "").await;
    store.relay(&broker, 8).await.unwrap();
    let mut takes = broker.takes(Capabilities::default());
    let taken = next(&mut takes).await.expect("a message");
    let fence = store.claim_it(taken.fence, &worker()).await.unwrap().expect("it may be claimed").fence;
    store.finish(fence, &report(Verdict::Failed)).await.unwrap();
    // The acknowledgement is lost: the broker gives it out again.
    taken.give_back().await;
    let again = next(&mut takes).await.expect("the same message");
    assert_eq!(again.fence, taken.fence);
    assert_eq!(store.claim_it(again.fence, &worker()).await.unwrap(), None);
    again.done().await;
    assert_eq!(stream(&store, id).await, ["queued 1", "started 1", "finished Failed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_that_send_at_once_send_each_once() {
    let Some((store, _nats, broker)) = both().await else { return };
    let mut ids = BTreeSet::new();
    for _ in 0..20 {
        ids.insert(hand_in(&store, Class::Practice, "").await);
    }
    let (one, other) = tokio::join!(store.relay(&broker, 100), store.relay(&broker, 100));
    one.unwrap();
    other.unwrap();
    let mut takes = broker.takes(Capabilities::default());
    let mut seen = vec![];
    while seen.len() < 20 {
        let taken = next(&mut takes).await.expect("a message");
        seen.push(taken.fence.id);
        taken.done().await;
    }
    assert_eq!(seen.iter().copied().collect::<BTreeSet<_>>(), ids);
    let more = tokio::time::timeout(Duration::from_secs(1), takes.next()).await;
    assert!(!matches!(more, Ok(Ok(Some(_)))), "nothing twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_broker_lost_it_is_given_again() {
    let Some((store, nats, broker)) = both().await else { return };
    let id = hand_in(&store, Class::Practice, "").await;
    store.relay(&broker, 8).await.unwrap();
    drop(nats);
    // Another broker in its place, which has nothing.
    let nats = Nats::start();
    let broker = Broker::connect(&nats.url()).await.unwrap();
    let mut watches = Watches::default();
    let patience = Patience { resend: Duration::from_millis(1), ..AT_ONCE };
    store.sweep(&mut watches, patience).await.unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(store.sweep(&mut watches, patience).await.unwrap().ready, [id]);
    assert_eq!(store.relay(&broker, 8).await.unwrap(), 1);
    let taken = next(&mut broker.takes(Capabilities::default())).await.expect("a message");
    assert_eq!(taken.fence.id, id);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_can_take_is_a_matter_for_the_operator() {
    let Some((store, _nats, broker)) = both().await else { return };
    let mut exhausted = Box::pin(broker.exhausted().await.unwrap());
    let id = hand_in(&store, Class::Practice, "").await;
    store.relay(&broker, 8).await.unwrap();
    let mut takes = broker.takes(Capabilities::default());
    for _ in 0..5 {
        next(&mut takes).await.expect("a message").give_back().await;
    }
    // The broker notices when somebody asks once more.
    let (fence, _) = tokio::join!(exhausted.next(), takes.next());
    let fence: Fence = fence.expect("the broker says so");
    assert!(store.set_aside_untaken(fence).await.unwrap());
    assert!(!store.set_aside_untaken(fence).await.unwrap(), "once");
    assert_eq!(stream(&store, id).await, ["queued 1", "faulted"]);
    assert!(store.retry_job(id, "op").await.unwrap());
    assert_eq!(claim(&store).await.fence.id, id);
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_go_to_those_who_can_do_them() {
    let Some((store, _nats, broker)) = both().await else { return };
    let race = hand_in(&store, Class::Practice, "race").await;
    let any = hand_in(&store, Class::Practice, "").await;
    assert_eq!(store.relay(&broker, 8).await.unwrap(), 2);
    let mut portable = broker.takes(Capabilities::from_iter(["go1.27"]));
    assert_eq!(next(&mut portable).await.expect("a message").fence.id, any);
    let mut native = broker.takes(Capabilities::from_iter(["go1.27 race"]));
    assert_eq!(next(&mut native).await.expect("a message").fence.id, race);
}
