//! The order of the queue: classes, then owners in turns.

use std::collections::HashMap;

use assay_core::SubmissionId;
use assay_store::{Class, Fence, NewSubmission, Store, StoreError};
use proptest::prelude::*;

use super::{GO, NO_LIMIT, claim, new, on_both, sqlite, worker};

const CLASSES: [Class; 3] = [Class::TakeHome, Class::Practice, Class::Regrade];

async fn hand_in(store: &Store, owner: &str, class: Class) -> SubmissionId {
    let new = NewSubmission { owner: owner.into(), class, ..new("package pool", None) };
    store.submit(&new, NO_LIMIT, GO).await.unwrap().id
}

/// Claims all that waits and names it in that order.
async fn drain(store: &Store, names: &HashMap<SubmissionId, &str>) -> String {
    let mut order = vec![];
    while let Some(claim) = store.claim(&worker()).await.unwrap() {
        order.push(names[&claim.fence.id]);
    }
    order.join(" ")
}

async fn owners_take_turns_within_a_class_and_classes_go_one_after_the_other(store: Store) {
    let mut names = HashMap::new();
    for (name, owner, class) in [
        ("again", "ann", Class::Regrade),
        ("a1", "ann", Class::Practice),
        ("a2", "ann", Class::Practice),
        ("a3", "ann", Class::Practice),
        ("b1", "bob", Class::Practice),
        ("b2", "bob", Class::Practice),
        ("home", "bob", Class::TakeHome),
    ] {
        names.insert(hand_in(&store, owner, class).await, name);
    }
    for (place, name) in ["home", "a1", "b1", "a2", "b2", "a3", "again"].into_iter().enumerate() {
        let id = *names.iter().find(|(_, n)| **n == name).unwrap().0;
        assert_eq!(store.position(id).await.unwrap(), Some(place + 1), "{name}");
    }
    assert_eq!(drain(&store, &names).await, "home a1 b1 a2 b2 a3 again");
}

async fn the_tenth_of_one_owner_comes_after_the_first_of_a_newcomer(store: Store) {
    let mut names = HashMap::new();
    for name in ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10"] {
        names.insert(hand_in(&store, "ann", Class::Practice).await, name);
    }
    for _ in 0..4 {
        claim(&store).await;
    }
    names.insert(hand_in(&store, "bob", Class::Practice).await, "b1");
    assert_eq!(drain(&store, &names).await, "a5 b1 a6 a7 a8 a9 a10");
    names.insert(hand_in(&store, "ann", Class::Practice).await, "a11");
    names.insert(hand_in(&store, "bob", Class::Practice).await, "b2");
    assert_eq!(drain(&store, &names).await, "a11 b2", "what was served is not held against anybody");
}

async fn one_that_comes_back_keeps_its_turn(store: Store) {
    let mut names = HashMap::new();
    for (name, owner) in [("a1", "ann"), ("a2", "ann"), ("b1", "bob")] {
        names.insert(hand_in(&store, owner, Class::Practice).await, name);
    }
    let first = claim(&store).await.fence;
    let second = claim(&store).await.fence;
    assert_eq!((names[&first.id], names[&second.id]), ("a1", "b1"));
    store.release(second).await.unwrap();
    store.release(first).await.unwrap();
    assert_eq!(drain(&store, &names).await, "a1 b1 a2");
}

async fn one_that_is_claimed_again_takes_nobody_back(store: Store) {
    let mut names = HashMap::new();
    for name in ["a1", "a2", "a3"] {
        names.insert(hand_in(&store, "ann", Class::Practice).await, name);
    }
    let first = claim(&store).await.fence;
    claim(&store).await;
    store.release(first).await.unwrap();
    claim(&store).await;
    names.insert(hand_in(&store, "bob", Class::Practice).await, "b1");
    assert_eq!(drain(&store, &names).await, "a3 b1", "the turn after the second, not after the first");
}

async fn one_owner_may_fill_half_of_the_queue(store: Store) {
    let new = |owner: &str| NewSubmission { owner: owner.into(), ..new("package pool", None) };
    for _ in 0..2 {
        store.submit(&new("ann"), 5, GO).await.unwrap();
    }
    let refused = store.submit(&new("ann"), 5, GO).await.unwrap_err();
    assert!(matches!(refused, StoreError::OwnerFull { waiting: 2 }), "{refused}");
    assert!(refused.is_passing());
    store.submit(&new("bob"), 5, GO).await.expect("there is room for others");
    claim(&store).await;
    store.submit(&new("ann"), 5, GO).await.expect("what runs does not wait");
}

/// The rule in a few lines: a waiting submission is its class, turn and number.
#[derive(Default)]
struct Model {
    waiting: Vec<(usize, i64, usize, u8)>,
    running: Vec<(usize, i64, usize, u8)>,
    served: [i64; 3],
    made: usize,
}

impl Model {
    fn submit(&mut self, owner: u8, class: usize) {
        let theirs = self.waiting.iter().filter(|w| (w.0, w.3) == (class, owner)).map(|w| w.1).max();
        let turn = 1 + self.served[class].max(theirs.unwrap_or_default());
        self.waiting.push((class, turn, self.made, owner));
        self.waiting.sort_unstable();
        self.made += 1;
    }

    fn claim(&mut self) -> Option<usize> {
        if self.waiting.is_empty() {
            return None;
        }
        let first = self.waiting.remove(0);
        self.served[first.0] = self.served[first.0].max(first.1);
        self.running.push(first);
        Some(first.2)
    }

    fn release(&mut self, at: usize) {
        self.waiting.push(self.running.remove(at));
        self.waiting.sort_unstable();
    }
}

#[derive(Debug, Clone)]
enum Act {
    Submit(u8, usize),
    Claim,
    Release(usize),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0u8..3, 0usize..3).prop_map(|(owner, class)| Act::Submit(owner, class)),
        3 => Just(Act::Claim),
        1 => (0usize..8).prop_map(Act::Release),
    ]
}

async fn store_does_as_the_model(acts: Vec<Act>) {
    let (_dir, store) = sqlite().await;
    let mut model = Model::default();
    let mut ids = vec![];
    let mut running: Vec<Fence> = vec![];
    for act in acts {
        match act {
            Act::Submit(owner, class) => {
                model.submit(owner, class);
                ids.push(hand_in(&store, &owner.to_string(), CLASSES[class]).await);
            }
            Act::Claim => {
                let claimed = store.claim(&worker()).await.unwrap().map(|c| c.fence);
                assert_eq!(claimed.map(|f| f.id), model.claim().map(|number| ids[number]));
                running.extend(claimed);
            }
            Act::Release(at) if at < running.len() => {
                model.release(at);
                store.release(running.remove(at)).await.unwrap();
            }
            Act::Release(_) => {}
        }
        for (before, waiting) in model.waiting.iter().enumerate() {
            assert_eq!(store.position(ids[waiting.2]).await.unwrap(), Some(before + 1));
        }
    }
    // What the database counts by itself is what there is.
    let all = model.waiting.len();
    let full = store.submit(&new("package pool", None), all, GO).await.unwrap_err();
    assert!(matches!(full, StoreError::QueueFull { waiting } if waiting == all), "{full}");
    for owner in 0..3u8 {
        let theirs = model.waiting.iter().filter(|w| w.3 == owner).count();
        let new = NewSubmission { owner: owner.to_string(), ..new("package pool", None) };
        // Half of the room is what they have, and there is room for others.
        if 2 * theirs > all {
            let full = store.submit(&new, 2 * theirs, GO).await.unwrap_err();
            assert!(matches!(full, StoreError::OwnerFull { waiting } if waiting == theirs), "{full}");
        }
    }
}

proptest! {
    // Each case is a database on the disk.
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn claims_follow_the_rule(acts in proptest::collection::vec(act(), 1..40)) {
        tokio::runtime::Runtime::new().unwrap().block_on(store_does_as_the_model(acts));
    }
}

on_both! {
    owners_take_turns_within_a_class_and_classes_go_one_after_the_other,
    the_tenth_of_one_owner_comes_after_the_first_of_a_newcomer,
    one_that_comes_back_keeps_its_turn,
    one_that_is_claimed_again_takes_nobody_back,
    one_owner_may_fill_half_of_the_queue,
}
