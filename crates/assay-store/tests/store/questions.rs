//! Answers to written questions: nothing that was typed is lost, and nobody's is another's.

use assay_core::Slug;
use assay_store::{Answer, Kept, Redeemed, Store};
use uuid::Uuid;

use super::{on_both, postgres, sqlite};

fn question() -> Slug {
    "worker-pool-design".parse().unwrap()
}

async fn begin(store: &Store, owner: &str, clock: bool) -> Answer {
    store.begin_answer(owner, &question(), "v1", clock).await.unwrap()
}

/// The answer in which a text was kept.
#[track_caller]
fn saved(kept: Kept) -> Answer {
    match kept {
        Kept::Saved(answer) => answer,
        other => panic!("{other:?}"),
    }
}

async fn an_answer_from_the_clock_to_the_ticks(store: Store) {
    assert_eq!(store.answers_of("ann").await.unwrap(), []);
    let begun = begin(&store, "ann", false).await;
    assert_eq!(
        (begun.revision, begun.text.as_str(), begun.started_ms, begun.seconds(9)),
        (0, "", None, None)
    );
    let started = begin(&store, "ann", true).await;
    assert_eq!((started.id, started.begun_ms), (begun.id, begun.begun_ms), "the same one");
    let clock = started.started_ms.expect("it runs");
    assert_eq!(started.seconds(clock + 61_999), Some(61));
    assert_eq!(begin(&store, "ann", true).await.started_ms, Some(clock), "started once");

    let first = saved(store.save_answer("ann", begun.id, 0, "A bounded queue").await.unwrap());
    assert_eq!(first.revision, 1);
    let again = saved(store.save_answer("ann", begun.id, 0, "A bounded queue").await.unwrap());
    assert_eq!(again.revision, 1, "the same text is no new revision");
    assert!(!store.tick_answer("ann", begun.id, &["shape".into()]).await.unwrap(), "not before it is done");

    let done = saved(store.finish_answer("ann", begun.id, 1, "A bounded queue.").await.unwrap());
    assert_eq!((done.revision, done.text.as_str()), (2, "A bounded queue."));
    assert!(done.done_ms.is_some() && done.seconds(i64::MAX).unwrap() < 60, "the clock stands");
    assert!(store.tick_answer("ann", begun.id, &["shape".into(), "closing".into()]).await.unwrap());
    let there = store.answer("ann", begun.id).await.unwrap().unwrap();
    assert_eq!(there, Answer { ticked: vec!["shape".into(), "closing".into()], ..done });
}

async fn what_somebody_else_saved_is_not_overwritten(store: Store) {
    let id = begin(&store, "ann", false).await.id;
    saved(store.save_answer("ann", id, 0, "first").await.unwrap());
    for from in [0, 7, u64::MAX] {
        let Kept::Behind(theirs) = store.save_answer("ann", id, from, "other").await.unwrap() else {
            panic!("from {from}")
        };
        assert_eq!((theirs.revision, theirs.text.as_str()), (1, "first"));
    }
    assert!(matches!(store.finish_answer("ann", id, 0, "other").await.unwrap(), Kept::Behind(_)));
    assert_eq!(store.answer("ann", id).await.unwrap().unwrap().done_ms, None, "nor is it done");
    let done = saved(store.finish_answer("ann", id, 1, "second").await.unwrap());
    assert_eq!(
        store.finish_answer("ann", id, 1, "second").await.unwrap(),
        Kept::Saved(done.clone()),
        "again"
    );
    assert_eq!(store.save_answer("ann", id, 2, "third").await.unwrap(), Kept::Over(done));
}

async fn of_two_saves_at_once_one_is_behind(store: Store) {
    let id = begin(&store, "ann", false).await.id;
    let (a, b) = tokio::join!(store.save_answer("ann", id, 0, "a"), store.save_answer("ann", id, 0, "b"));
    let kept = [a.unwrap(), b.unwrap()];
    assert_eq!(kept.iter().filter(|k| matches!(k, Kept::Saved(_))).count(), 1, "{kept:?}");
    assert_eq!(kept.iter().filter(|k| matches!(k, Kept::Behind(_))).count(), 1, "{kept:?}");
}

async fn begun_fifty_times_at_once_it_is_one(store: Store) {
    let calls: Vec<_> = (0..50)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { begin(&store, "ann", n % 2 == 0).await.id })
        })
        .collect();
    let mut ids = std::collections::HashSet::new();
    for call in calls {
        ids.insert(call.await.unwrap());
    }
    assert_eq!(ids.len(), 1);
}

async fn one_can_answer_again_and_earlier_ones_stay(store: Store) {
    let first = begin(&store, "ann", false).await.id;
    saved(store.finish_answer("ann", first, 0, "first").await.unwrap());
    let second = begin(&store, "ann", true).await.id;
    assert_ne!(first, second);
    saved(store.save_answer("ann", second, 0, "second").await.unwrap());
    let other: Slug = "other".parse().unwrap();
    store.begin_answer("ann", &other, "v1", false).await.unwrap();
    let texts = |all: Vec<Answer>| all.into_iter().map(|a| a.text).collect::<Vec<_>>();
    assert_eq!(texts(store.answers_to("ann", &question()).await.unwrap()), ["second", "first"]);
    assert_eq!(texts(store.answers_of("ann").await.unwrap()), ["", "first", "second"], "by question");
}

async fn nobodys_answer_is_anothers(store: Store) {
    let id = begin(&store, "ann", false).await.id;
    assert_eq!(store.answer("bob", id).await.unwrap(), None);
    assert_eq!(store.save_answer("bob", id, 0, "x").await.unwrap(), Kept::Unknown);
    assert_eq!(store.finish_answer("bob", id, 0, "").await.unwrap(), Kept::Unknown);
    assert_eq!(store.save_answer("ann", Uuid::nil(), 0, "x").await.unwrap(), Kept::Unknown);
    saved(store.finish_answer("ann", id, 0, "mine").await.unwrap());
    assert!(!store.tick_answer("bob", id, &[]).await.unwrap());
    assert_eq!(store.answers_to("bob", &question()).await.unwrap(), []);
    assert_ne!(begin(&store, "bob", false).await.id, id);
}

async fn any_text_is_kept_as_it_is(store: Store) {
    for text in ["\0", "\u{1}", "a\0b", "größer 世界 \u{202e}\u{feff}\r\n", &"x".repeat(1 << 16)] {
        let id = begin(&store, "ann", false).await.id;
        assert_eq!(saved(store.finish_answer("ann", id, 0, text).await.unwrap()).text, text);
    }
}

/// A done and an open one of `ann`, one of `bob`.
async fn fill(store: &Store) {
    let first = begin(store, "ann", true).await.id;
    saved(store.finish_answer("ann", first, 0, "first \0").await.unwrap());
    assert!(store.tick_answer("ann", first, &["shape".into()]).await.unwrap());
    begin(store, "ann", false).await;
    begin(store, "bob", true).await;
}

async fn answers_are_exported_and_forgotten(store: Store) {
    fill(&store).await;
    let export = store.export("ann").await.unwrap();
    assert_eq!(export.answers, store.answers_of("ann").await.unwrap());
    assert_eq!(export.answers.len(), 2);
    store.forget("ann", "op").await.unwrap();
    assert_eq!(store.answers_of("ann").await.unwrap(), []);
    assert_eq!(store.answers_of("bob").await.unwrap().len(), 1);
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    store.forget_older(1).await.unwrap();
    assert_eq!(store.answers_of("bob").await.unwrap().len(), 1);
    store.forget_older(0).await.unwrap();
    assert_eq!(store.answers_of("bob").await.unwrap(), []);
}

async fn answers_go_with_a_backup_into_the_other_kind_of_database(from: Store) {
    fill(&from).await;
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
    for owner in ["ann", "bob"] {
        assert_eq!(other.answers_of(owner).await.unwrap(), from.answers_of(owner).await.unwrap());
    }
    assert!(other.restore(&mut text.as_slice()).await.is_err(), "answers alone make it not empty");
}

async fn when_two_become_one_both_have_written_it(store: Store) {
    let other: Slug = "other".parse().unwrap();
    let anns = begin(&store, "ann", true).await.id;
    saved(store.save_answer("ann", anns, 0, "of ann").await.unwrap());
    let bobs = begin(&store, "bob", true).await.id;
    saved(store.save_answer("bob", bobs, 0, "of bob").await.unwrap());
    let bobs_other = store.begin_answer("bob", &other, "v1", false).await.unwrap().id;
    store.keep_code("ann", "hash").await.unwrap();
    let Redeemed::Visitor { merged, .. } = store.redeem_code("hash", "here", Some("bob")).await.unwrap()
    else {
        panic!("the code is good")
    };
    assert_eq!(merged.answers, 2);
    let all = store.answers_of("ann").await.unwrap();
    let is_open = |id: Uuid| all.iter().find(|a| a.id == id).map(|a| a.done_ms.is_none());
    assert_eq!([anns, bobs, bobs_other].map(is_open), [Some(true), Some(false), Some(true)]);
    assert_eq!(begin(&store, "ann", false).await.text, "of ann");
    assert_eq!(store.answers_of("bob").await.unwrap(), []);
}

on_both! {
    an_answer_from_the_clock_to_the_ticks,
    what_somebody_else_saved_is_not_overwritten,
    of_two_saves_at_once_one_is_behind,
    begun_fifty_times_at_once_it_is_one,
    one_can_answer_again_and_earlier_ones_stay,
    nobodys_answer_is_anothers,
    any_text_is_kept_as_it_is,
    when_two_become_one_both_have_written_it,
    answers_are_exported_and_forgotten,
    answers_go_with_a_backup_into_the_other_kind_of_database,
}
