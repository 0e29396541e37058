//! What somebody types is there again.

use assay_core::SourceFile;
use assay_store::{Saved, Store};

use super::on_both;

fn files(text: &str) -> Vec<SourceFile> {
    vec![SourceFile { path: "pool.go".parse().unwrap(), content: text.into() }]
}

async fn saves_are_counted_and_none_is_overwritten(store: Store) {
    let pool = "worker-pool".parse().unwrap();
    assert_eq!(store.draft("ann", &pool).await.unwrap(), None);
    assert_eq!(store.save_draft("ann", &pool, 0, &files("a")).await.unwrap(), Saved::Revision(1));
    assert_eq!(store.save_draft("ann", &pool, 1, &files("b")).await.unwrap(), Saved::Revision(2));
    assert_eq!(store.save_draft("ann", &pool, 1, &files("b")).await.unwrap(), Saved::Revision(2), "again");
    let Saved::Behind(theirs) = store.save_draft("ann", &pool, 1, &files("c")).await.unwrap() else {
        panic!("from an old revision")
    };
    assert_eq!((theirs.revision, theirs.files), (2, files("b")));
    assert_eq!(store.draft("ann", &pool).await.unwrap().unwrap().files, files("b"));
    assert_eq!(store.draft("bob", &pool).await.unwrap(), None);
    assert_eq!(store.draft("ann", &"other".parse().unwrap()).await.unwrap(), None);
}

async fn of_two_saves_at_once_one_is_behind(store: Store) {
    let pool = "worker-pool".parse().unwrap();
    let texts = [files("a"), files("b")];
    let (a, b) = tokio::join!(
        store.save_draft("ann", &pool, 0, &texts[0]),
        store.save_draft("ann", &pool, 0, &texts[1])
    );
    let saved = [a.unwrap(), b.unwrap()];
    assert_eq!(saved.iter().filter(|s| matches!(s, Saved::Revision(1))).count(), 1, "{saved:?}");
    assert_eq!(saved.iter().filter(|s| matches!(s, Saved::Behind(_))).count(), 1, "{saved:?}");
}

async fn every_save_can_be_looked_at_again(store: Store) {
    let pool = "worker-pool".parse().unwrap();
    for (from, text) in ["a", "b", "c"].into_iter().enumerate() {
        store.save_draft("ann", &pool, from as u64, &files(text)).await.unwrap();
    }
    let at =
        async |revision| store.draft_at("ann", &pool, revision).await.unwrap().map(|d| (d.revision, d.files));
    assert_eq!(at(2).await, Some((2, files("b"))));
    assert_eq!(at(0).await, None);
    assert_eq!(at(u64::MAX).await, Some((3, files("c"))), "what is not there: the last before");
    let numbers = async |after, most| -> Vec<u64> {
        let all = store.draft_revisions("ann", &pool, after, most).await.unwrap();
        all.iter().map(|r| r.revision).collect()
    };
    assert_eq!(numbers(0, 2).await, [1, 2]);
    assert_eq!(numbers(2, 10).await, [3]);
    assert!(numbers(u64::MAX, 10).await.is_empty());
    let saved = store.draft_at("ann", &pool, 3).await.unwrap().unwrap().saved_ms;
    assert_eq!(store.draft_when("ann", &pool, saved).await.unwrap(), Some(3));
    assert_eq!(store.draft_when("ann", &pool, 0).await.unwrap(), None);
    assert_eq!(store.draft_revisions("bob", &pool, 0, 10).await.unwrap(), []);
}

on_both! {
    saves_are_counted_and_none_is_overwritten,
    of_two_saves_at_once_one_is_behind,
    every_save_can_be_looked_at_again,
}
