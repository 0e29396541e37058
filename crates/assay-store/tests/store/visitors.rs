//! Visitors: whose a submission is, codes that are good once, and two who become one.

use assay_core::{Slug, SourceFile, SubmissionId, Verdict};
use assay_store::{CODE_TRIES, Holdings, NewSubmission, Redeemed, Scope, Store};

use super::{GO, NO_LIMIT, claim, new, on_both, postgres, report, sqlite};

fn pool() -> Slug {
    "worker-pool".parse().unwrap()
}

fn files(text: &str) -> Vec<SourceFile> {
    vec![SourceFile { path: "pool.go".parse().unwrap(), content: text.into() }]
}

/// Hands in for a visitor, and has it graded.
async fn graded(store: &Store, visitor: &str, scope: Scope, verdict: Verdict) -> SubmissionId {
    let new = NewSubmission { visitor: visitor.into(), scope, ..new("package pool", None) };
    let id = store.submit(&new, NO_LIMIT, GO).await.unwrap().id;
    store.finish(claim(store).await.fence, &report(verdict)).await.unwrap();
    id
}

/// Revisions and texts of the draft log, oldest first.
async fn log(store: &Store, visitor: &str) -> Vec<(u64, String)> {
    let saves = store.export(visitor).await.unwrap().drafts;
    saves.into_iter().map(|d| (d.draft.revision, d.draft.files[0].content.clone())).collect()
}

async fn opened(store: &Store, visitor: &str) -> Vec<u32> {
    store.hints_opened(visitor).await.unwrap().iter().map(|h| h.hint).collect()
}

async fn good(store: &Store, hash: &str, before: Option<&str>) -> (String, Holdings) {
    match store.redeem_code(hash, "192.0.2.7", before).await.unwrap() {
        Redeemed::Visitor { visitor, merged } => (visitor, merged),
        other => panic!("{other:?}"),
    }
}

async fn every_server_has_the_same_key(store: Store) {
    let (a, b) = tokio::join!(store.visitor_key(), store.visitor_key());
    let key = a.unwrap();
    assert_eq!(key, b.unwrap());
    assert_eq!(key, store.visitor_key().await.unwrap());
    assert_ne!(key, [0; 32]);
}

async fn an_exercise_is_solved_by_all_tests_only(store: Store) {
    graded(&store, "ann", Scope::All, Verdict::Failed).await;
    graded(&store, "ann", Scope::Visible, Verdict::Accepted).await;
    graded(&store, "bob", Scope::All, Verdict::Accepted).await;
    let of = async |visitor| {
        let standings = store.standings(visitor).await.unwrap();
        standings.into_iter().map(|s| (s.exercise, s.runs, s.accepted)).collect::<Vec<_>>()
    };
    assert_eq!(of("ann").await, [("worker-pool".to_owned(), 2, 0)]);
    let last = graded(&store, "ann", Scope::All, Verdict::Accepted).await;
    assert_eq!(of("ann").await, [("worker-pool".to_owned(), 3, 1)]);
    assert!(of("nobody").await.is_empty());

    let runs = store.runs_of("ann", None, 2).await.unwrap();
    assert_eq!((runs.len(), runs[0].id, &*runs[0].visitor), (2, last, "ann"));
    assert_eq!(store.runs_of("ann", Some(&pool()), 9).await.unwrap().len(), 3);
    assert_eq!(store.runs_of("ann", Some(&"other".parse().unwrap()), 9).await.unwrap(), []);
}

async fn a_hint_counts_from_the_first_time(store: Store) {
    for hint in [2, 1, 2] {
        store.open_hint("ann", &pool(), hint).await.unwrap();
    }
    let first = store.hints_opened("ann").await.unwrap();
    assert_eq!(first.iter().map(|h| h.hint).collect::<Vec<_>>(), [1, 2]);
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    store.open_hint("ann", &pool(), 1).await.unwrap();
    assert_eq!(store.hints_opened("ann").await.unwrap(), first);
    assert!(opened(&store, "bob").await.is_empty());
}

async fn a_code_is_good_once_and_the_one_before_never_again(store: Store) {
    store.keep_code("ann", "first").await.unwrap();
    let expires_ms = store.keep_code("ann", "second").await.unwrap();
    let minutes = (expires_ms - store.now_ms()) as f64 / 60_000.0;
    assert!((9.9..=10.0).contains(&minutes), "{minutes}");
    let none = |left| Redeemed::None { left };
    assert_eq!(store.redeem_code("first", "a", None).await.unwrap(), none(CODE_TRIES - 1));
    assert_eq!(good(&store, "second", None).await, ("ann".to_owned(), Holdings::default()));
    assert_eq!(store.redeem_code("second", "a", None).await.unwrap(), none(CODE_TRIES - 2));
}

async fn of_two_who_send_a_code_at_once_one_gets_it(store: Store) {
    store.keep_code("ann", "code").await.unwrap();
    let (a, b) = tokio::join!(store.redeem_code("code", "a", None), store.redeem_code("code", "b", None));
    let got = [a.unwrap(), b.unwrap()];
    assert_eq!(got.iter().filter(|r| matches!(r, Redeemed::Visitor { .. })).count(), 1, "{got:?}");
}

async fn who_guesses_has_to_wait_and_others_have_not(store: Store) {
    store.keep_code("ann", "code").await.unwrap();
    for left in (0..CODE_TRIES).rev() {
        let told = store.redeem_code("guess", "a", None).await.unwrap();
        assert_eq!(told, Redeemed::None { left });
    }
    let told = store.redeem_code("code", "a", None).await.unwrap();
    assert!(matches!(told, Redeemed::Wait { until_ms } if until_ms > store.now_ms()), "{told:?}");
    assert_eq!(good(&store, "code", None).await.0, "ann", "from another address");
    // Right ones are no guesses.
    for n in 0..=CODE_TRIES {
        let code = format!("code {n}");
        store.keep_code("ann", &code).await.unwrap();
        assert_eq!(good(&store, &code, None).await.0, "ann");
    }
}

async fn two_become_one_and_nothing_is_lost(store: Store) {
    let theirs = graded(&store, "ann", Scope::All, Verdict::Failed).await;
    let own = graded(&store, "bob", Scope::All, Verdict::Accepted).await;
    for (visitor, hint) in [("ann", 1), ("bob", 1), ("bob", 2)] {
        store.open_hint(visitor, &pool(), hint).await.unwrap();
    }
    let other: Slug = "other".parse().unwrap();
    for (visitor, exercise, from, text) in [
        ("ann", &pool(), 0, "a1"),
        ("bob", &pool(), 0, "b1"),
        ("bob", &pool(), 1, "b2"),
        ("bob", &other, 0, "only bob's"),
    ] {
        store.save_draft(visitor, exercise, from, &files(text)).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
    }
    store.save_draft("ann", &pool(), 1, &files("a2")).await.unwrap();
    store.keep_code("bob", "of bob").await.unwrap();

    store.keep_code("ann", "code").await.unwrap();
    let merged = Holdings { submissions: 1, saves: 3, hints: 2, answers: 0 };
    assert_eq!(good(&store, "code", Some("bob")).await, ("ann".to_owned(), merged));
    assert_eq!(
        store.holdings("ann").await.unwrap(),
        Holdings { submissions: 2, saves: 5, hints: 2, answers: 0 }
    );
    assert!(store.holdings("bob").await.unwrap().is_empty());
    let runs = store.runs_of("ann", None, 9).await.unwrap();
    assert_eq!(runs.iter().map(|r| r.id).collect::<Vec<_>>(), [own, theirs]);
    assert_eq!(opened(&store, "ann").await, [1, 2]);
    let saves = [(1, "only bob's"), (1, "b1"), (2, "b2"), (3, "a1"), (4, "a2")];
    assert_eq!(log(&store, "ann").await, saves.map(|(n, t)| (n, t.to_owned())), "ann's was saved last");
    assert_eq!(store.draft("ann", &pool()).await.unwrap().unwrap().files, files("a2"));

    assert_eq!(store.visitor_now("bob").await.unwrap(), "ann");
    let none = store.redeem_code("of bob", "b", None).await.unwrap();
    assert!(matches!(none, Redeemed::None { .. }), "bob is nobody any more: {none:?}");
}

async fn the_draft_that_was_saved_last_is_the_one_to_go_on_with(store: Store) {
    for (visitor, from, text) in [("ann", 0, "a1"), ("ann", 1, "a2"), ("bob", 0, "b1")] {
        store.save_draft(visitor, &pool(), from, &files(text)).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
    }
    store.keep_code("ann", "code").await.unwrap();
    good(&store, "code", Some("bob")).await;
    let saves = [(1, "a1"), (2, "a2"), (3, "b1")];
    assert_eq!(log(&store, "ann").await, saves.map(|(n, t)| (n, t.to_owned())));
}

async fn who_became_another_goes_on_as_the_last_of_them(store: Store) {
    for (to, from) in [("ann", "bob"), ("cid", "ann")] {
        store.keep_code(to, "code").await.unwrap();
        good(&store, "code", Some(from)).await;
    }
    for visitor in ["ann", "bob", "cid"] {
        assert_eq!(store.visitor_now(visitor).await.unwrap(), "cid");
    }
    // The other way round is nothing new.
    store.keep_code("cid", "code").await.unwrap();
    assert_eq!(good(&store, "code", Some("bob")).await, ("cid".to_owned(), Holdings::default()));
    assert_eq!(store.visitor_now("cid").await.unwrap(), "cid");
}

async fn two_who_take_each_others_code_at_once_are_one(store: Store) {
    store.visitor_key().await.unwrap();
    for (visitor, code) in [("ann", "of ann"), ("bob", "of bob")] {
        store.keep_code(visitor, code).await.unwrap();
        store.open_hint(visitor, &pool(), 1).await.unwrap();
    }
    let (a, b) = tokio::join!(
        store.redeem_code("of bob", "a", Some("ann")),
        store.redeem_code("of ann", "b", Some("bob"))
    );
    // The second finds its code gone with its visitor, or that they are one already.
    a.unwrap();
    b.unwrap();
    let (ann, bob) = (store.visitor_now("ann").await.unwrap(), store.visitor_now("bob").await.unwrap());
    assert_eq!(ann, bob);
    assert_eq!(opened(&store, &ann).await, [1]);
}

async fn a_visitor_is_forgotten_by_any_of_their_names(store: Store) {
    let id = graded(&store, "bob", Scope::All, Verdict::Accepted).await;
    let unknown = graded(&store, "", Scope::All, Verdict::Accepted).await;
    store.open_hint("bob", &pool(), 1).await.unwrap();
    store.keep_code("ann", "code").await.unwrap();
    good(&store, "code", Some("bob")).await;
    store.keep_code("ann", "left over").await.unwrap();

    let export = store.export("bob").await.unwrap();
    assert_eq!((&*export.owner, export.submissions.len(), export.hints.len()), ("ann", 1, 1));
    let forgotten = store.forget("bob", "op").await.unwrap();
    assert_eq!((forgotten.submissions, forgotten.saves, forgotten.hints), (1, 0, 1));
    assert_eq!(store.get(id).await.unwrap(), None);
    assert!(store.holdings("ann").await.unwrap().is_empty());
    assert_eq!(store.visitor_now("bob").await.unwrap(), "bob", "nothing joins them any more");
    let none = store.redeem_code("left over", "b", None).await.unwrap();
    assert!(matches!(none, Redeemed::None { .. }), "{none:?}");
    assert!(store.get(unknown).await.unwrap().is_some(), "of nobody, so not of this one");
}

async fn tokens_and_hints_go_with_a_backup(from: Store) {
    let key = from.visitor_key().await.unwrap();
    let id = graded(&from, "ann", Scope::All, Verdict::Accepted).await;
    from.open_hint("ann", &pool(), 1).await.unwrap();
    from.keep_code("ann", "code").await.unwrap();
    good(&from, "code", Some("bob")).await;
    let mut text = vec![];
    from.backup(&mut text).await.unwrap();
    let (_dir, other) = if from.is_shared() {
        let (dir, store) = sqlite().await;
        (Some(dir), store)
    } else {
        let Some(store) = postgres().await else { return };
        (None, store)
    };
    assert_ne!(other.visitor_key().await.unwrap(), key, "its own, as it has been started");
    other.restore(&mut text.as_slice()).await.unwrap();
    assert_eq!(other.visitor_key().await.unwrap(), key);
    assert_eq!(other.get(id).await.unwrap().unwrap().visitor, "ann");
    assert_eq!(other.hints_opened("ann").await.unwrap(), from.hints_opened("ann").await.unwrap());
    assert_eq!(other.visitor_now("bob").await.unwrap(), "ann");
}

on_both! {
    every_server_has_the_same_key,
    an_exercise_is_solved_by_all_tests_only,
    a_hint_counts_from_the_first_time,
    a_code_is_good_once_and_the_one_before_never_again,
    of_two_who_send_a_code_at_once_one_gets_it,
    who_guesses_has_to_wait_and_others_have_not,
    two_become_one_and_nothing_is_lost,
    the_draft_that_was_saved_last_is_the_one_to_go_on_with,
    who_became_another_goes_on_as_the_last_of_them,
    two_who_take_each_others_code_at_once_are_one,
    a_visitor_is_forgotten_by_any_of_their_names,
    tokens_and_hints_go_with_a_backup,
}
