//! The machine of claims, leases and fences: whatever happens in whatever order, as a reference says.

use std::time::Duration;

use assay_core::{Fault, SubmissionId, Verdict};
use assay_store::{
    AfterFault, Capabilities, Fence, MOST_ATTEMPTS, NewSubmission, Patience, State, Store, Watches, Worker,
};
use proptest::prelude::*;

use super::{
    GO, NO_LIMIT, fresh_database, named_worker, new, on_both, postgres, report, sqlite, stream, worker,
};

const PATIENCE: Patience = Patience {
    lease: Duration::from_millis(1),
    rest: Duration::from_millis(1),
    resend: Duration::from_hours(1),
};

/// What can be done, to the submission or to the claim of that number among those there are (counted round).
#[derive(Debug, Clone, Copy)]
enum Act {
    Submit,
    Claim,
    Beat(usize),
    Finish(usize),
    Fault(usize),
    Release(usize),
    Cancel(usize),
    Retry(usize),
    /// Longer than a lease goes by, and somebody looks.
    Sweep,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => Just(Act::Submit),
        4 => Just(Act::Claim),
        2 => any::<usize>().prop_map(Act::Beat),
        2 => any::<usize>().prop_map(Act::Finish),
        2 => any::<usize>().prop_map(Act::Fault),
        1 => any::<usize>().prop_map(Act::Release),
        1 => any::<usize>().prop_map(Act::Cancel),
        1 => any::<usize>().prop_map(Act::Retry),
        3 => Just(Act::Sweep),
    ]
}

/// One submission as the reference has it.
#[derive(Debug, Clone)]
struct Ours {
    id: SubmissionId,
    state: State,
    attempt: u32,
    fence: u64,
    resting: bool,
    /// It looks as it did when it was last swept.
    still: bool,
    verdicts: u32,
}

impl Ours {
    fn holds(&self, fence: Fence) -> bool {
        self.state == State::Running && self.fence == fence.number
    }

    fn fails(&mut self, rests: bool) {
        self.still = false;
        if self.attempt < MOST_ATTEMPTS {
            (self.state, self.resting) = (State::Queued, rests);
        } else {
            self.state = State::Faulted;
        }
    }
}

async fn does_as_the_reference(store: Store, acts: Vec<Act>) {
    let mut all: Vec<Ours> = vec![];
    let mut claims: Vec<Fence> = vec![];
    let mut watches = Watches::default();
    for act in acts {
        step(&store, act, &mut all, &mut claims, &mut watches).await;
        for ours in &all {
            let theirs = store.get(ours.id).await.unwrap().unwrap();
            assert_eq!(
                (theirs.state, theirs.attempt, theirs.resting),
                (ours.state, ours.attempt, ours.resting),
                "after {act:?}"
            );
            let lasts = stream(&store, ours.id).await;
            let over =
                lasts.iter().filter(|e| e.starts_with("finished") || *e == "faulted" || *e == "canceled");
            assert_eq!(over.count(), usize::from(ours.state.is_over()), "{lasts:?}");
            assert_eq!(store.report(ours.id).await.unwrap().is_some(), ours.verdicts == 1);
        }
    }
}

fn of(fence: Fence, all: &mut [Ours]) -> &mut Ours {
    all.iter_mut().find(|o| o.id == fence.id).unwrap()
}

async fn step(store: &Store, act: Act, all: &mut Vec<Ours>, claims: &mut Vec<Fence>, watches: &mut Watches) {
    let count = claims.len().max(1);
    match act {
        Act::Submit => {
            let id =
                store.submit(&new(&format!("package p{}", all.len()), None), NO_LIMIT, GO).await.unwrap().id;
            let state = State::Queued;
            all.push(Ours { id, state, attempt: 0, fence: 0, resting: false, still: false, verdicts: 0 });
        }
        Act::Claim => {
            let claimed = store.claim(&worker()).await.unwrap();
            let first = all.iter_mut().find(|o| o.state == State::Queued && !o.resting);
            assert_eq!(claimed.as_ref().map(|c| c.fence.id), first.as_ref().map(|o| o.id));
            if let (Some(claim), Some(ours)) = (claimed, first) {
                ours.state = State::Running;
                ours.attempt += 1;
                ours.fence += 1;
                ours.still = false;
                assert_eq!((claim.attempt, claim.fence.number), (ours.attempt, ours.fence));
                claims.push(claim.fence);
            }
        }
        Act::Beat(n) if n % count < claims.len() => {
            let fence = claims[n % count];
            let ours = of(fence, all);
            assert_eq!(store.beat(fence).await.unwrap(), ours.holds(fence));
            if ours.holds(fence) {
                ours.still = false;
            }
        }
        Act::Finish(n) if n % count < claims.len() => {
            let fence = claims[n % count];
            let written = store.finish(fence, &report(Verdict::Accepted)).await.unwrap();
            let ours = of(fence, all);
            assert_eq!(written != assay_store::Written::Stale, ours.holds(fence));
            if ours.holds(fence) {
                ours.state = State::Finished;
                ours.verdicts += 1;
            }
        }
        Act::Fault(n) if n % count < claims.len() => {
            let fence = claims[n % count];
            let after = store.fault(fence, &Fault::new("no disk")).await.unwrap();
            let ours = of(fence, all);
            let expected = match ours.holds(fence) {
                false => AfterFault::Stale,
                true if ours.attempt < MOST_ATTEMPTS => AfterFault::Again,
                true => AfterFault::SetAside,
            };
            assert_eq!(after, expected);
            if ours.holds(fence) {
                ours.fails(true);
            }
        }
        Act::Release(n) if n % count < claims.len() => {
            let fence = claims[n % count];
            store.release(fence).await.unwrap();
            let ours = of(fence, all);
            if ours.holds(fence) {
                (ours.state, ours.attempt, ours.still) = (State::Queued, ours.attempt - 1, false);
            }
        }
        Act::Cancel(n) if !all.is_empty() => {
            let at = n % all.len();
            let ours = &mut all[at];
            assert_eq!(store.cancel(ours.id).await.unwrap(), !ours.state.is_over());
            if !ours.state.is_over() {
                (ours.state, ours.resting) = (State::Canceled, false);
            }
        }
        Act::Retry(n) if !all.is_empty() => {
            let at = n % all.len();
            let ours = &mut all[at];
            assert_eq!(store.retry_job(ours.id, "op").await.unwrap(), ours.state == State::Faulted);
            if ours.state == State::Faulted {
                (ours.state, ours.attempt, ours.resting, ours.still) = (State::Queued, 0, false, false);
            }
        }
        Act::Sweep => {
            tokio::time::sleep(PATIENCE.lease * 5).await;
            let swept = store.sweep(watches, PATIENCE).await.unwrap();
            for ours in all.iter_mut() {
                let was = (ours.state, ours.resting, ours.still);
                match was {
                    (State::Running, _, true) => ours.fails(false),
                    (State::Queued, true, true) => ours.resting = false,
                    _ => {}
                }
                ours.still = matches!(was, (State::Running, _, false) | (State::Queued, true, false));
                let lost = was.0 == State::Running && was.2;
                assert_eq!(swept.lost.again.contains(&ours.id), lost && ours.state == State::Queued);
                assert_eq!(swept.lost.set_aside.contains(&ours.id), lost && ours.state == State::Faulted);
            }
        }
        _ => {}
    }
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Runtime::new().unwrap().block_on(test);
}

proptest! {
    // Each case is a database.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn sqlite_does_as_the_reference(acts in proptest::collection::vec(act(), 1..50)) {
        run(async {
            let (_dir, store) = sqlite().await;
            does_as_the_reference(store, acts).await;
        });
    }

    #[test]
    fn postgres_does_as_the_reference(acts in proptest::collection::vec(act(), 1..50)) {
        run(async {
            if let Some(store) = postgres().await {
                does_as_the_reference(store, acts).await;
            }
        });
    }
}

/// Hand in, claim, beat, finish, fail and sweep, all at once by many: one verdict each, and none is left over.
async fn many_at_once_give_one_verdict_each(store: Store) {
    const JOBS: usize = 40;
    let mut ids = vec![];
    for i in 0..JOBS {
        ids.push(store.submit(&new(&format!("package p{i}"), None), NO_LIMIT, GO).await.unwrap().id);
    }
    let workers = (0..8).map(|n| tokio::spawn(work(store.clone(), n)));
    let sweeper = tokio::spawn({
        let store = store.clone();
        async move {
            let mut watches = Watches::default();
            loop {
                tokio::time::sleep(Duration::from_millis(5)).await;
                store
                    .sweep(&mut watches, Patience { lease: Duration::from_millis(40), ..PATIENCE })
                    .await
                    .unwrap();
            }
        }
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    sweeper.abort();
    for id in ids {
        let events = stream(&store, id).await;
        let state = store.get(id).await.unwrap().unwrap().state;
        assert!(state == State::Finished || state == State::Faulted, "{state} {events:?}");
        assert_eq!(
            events.iter().filter(|e| e.starts_with("finished") || *e == "faulted").count(),
            1,
            "{events:?}"
        );
    }
}

/// Works until nothing has been there for a while; now and then it forgets one, or comes too late.
async fn work(store: Store, number: usize) {
    let me = named_worker(&format!("w{number}"));
    let mut idle = 0;
    for n in number.. {
        let Some(claim) = store.claim(&me).await.unwrap() else {
            idle += 1;
            if idle > 40 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        idle = 0;
        match n % 5 {
            0 => {}
            1 => drop(store.fault(claim.fence, &Fault::new("bad luck")).await.unwrap()),
            2 => {
                tokio::time::sleep(Duration::from_millis(60)).await;
                store.finish(claim.fence, &report(Verdict::Failed)).await.unwrap();
            }
            _ => drop(store.finish(claim.fence, &report(Verdict::Accepted)).await.unwrap()),
        }
    }
}

async fn a_worker_takes_what_it_can_do(store: Store) {
    let needs =
        |needs: &str| NewSubmission { needs: Capabilities::from_iter([needs]), ..new("package pool", None) };
    let race = store.submit(&needs("race go1.27"), NO_LIMIT, GO).await.unwrap().id;
    let any = store.submit(&needs(""), NO_LIMIT, GO).await.unwrap().id;
    let portable = Worker { capabilities: Capabilities::from_iter(["go1.27"]), ..named_worker("portable") };
    let native =
        Worker { capabilities: Capabilities::from_iter(["race go1.27 cgroup"]), ..named_worker("native") };
    assert_eq!(store.claim(&portable).await.unwrap().unwrap().fence.id, any);
    assert_eq!(store.claim(&portable).await.unwrap(), None);
    assert_eq!(store.claim(&native).await.unwrap().unwrap().fence.id, race);
}

async fn a_worker_that_is_silent_is_gone_from_the_list(store: Store) {
    let (alive, dead) = (named_worker("alive"), named_worker("dead"));
    let mut watches = Watches::default();
    let patience = Patience { lease: Duration::from_millis(20), ..PATIENCE };
    store.worker_beats(&alive).await.unwrap();
    store.worker_beats(&dead).await.unwrap();
    let mut gone = vec![];
    for _ in 0..5 {
        gone.extend(store.sweep(&mut watches, patience).await.unwrap().gone);
        tokio::time::sleep(Duration::from_millis(30)).await;
        store.worker_beats(&alive).await.unwrap();
    }
    assert_eq!(gone, ["dead"]);
    let left: Vec<String> = store.workers().await.unwrap().into_iter().map(|(w, _)| w.id).collect();
    assert_eq!(left, ["alive"]);
}

/// Two servers of a fleet: what one wrote, the other has.
#[tokio::test]
async fn two_stores_on_one_postgres_are_one_queue() {
    let Some(url) = fresh_database() else { return };
    let (one, other) = tokio::join!(
        Store::open(assay_store::Location::Postgres(url.clone())),
        Store::open(assay_store::Location::Postgres(url))
    );
    let (one, other) = (one.unwrap(), other.unwrap());
    one.requeue_running_at_start().await.unwrap();
    let id = one.submit(&new("package pool", None), NO_LIMIT, GO).await.unwrap().id;
    let claim = other.claim(&worker()).await.unwrap().unwrap();
    let found = other.requeue_running_at_start().await.unwrap();
    assert!(found.again.is_empty(), "a start takes nothing from those who are at work");
    one.finish(claim.fence, &report(Verdict::Accepted)).await.unwrap();
    assert_eq!(other.get(id).await.unwrap().unwrap().state, State::Finished);
}

on_both! {
    many_at_once_give_one_verdict_each,
    a_worker_takes_what_it_can_do,
    a_worker_that_is_silent_is_gone_from_the_list,
}
