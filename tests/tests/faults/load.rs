//! Many at once, and more than there is room for.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use assay_tests::load::{Client, REJECTED};
use assay_tests::services::{Nats, Postgres, skip};
use assay_tests::trial::{Setting, Trial, run};

use super::{client, seed, served, server};

#[test]
fn the_same_submit_fifty_times_at_once_is_one_job() {
    let server = server().start();
    let hands: Vec<_> = (0..50)
        .map(|_| {
            let client = client(&server);
            thread::spawn(move || client.post("/api/submissions", Some("same"), &Client::form(REJECTED, 1)))
        })
        .collect();
    let answers: Vec<_> = hands.into_iter().map(|h| h.join().expect("a hand").expect("an answer")).collect();
    let ids: BTreeSet<&str> = answers.iter().filter_map(|(_, _, answer)| answer["id"].as_str()).collect();
    assert_eq!(ids.len(), 1, "{answers:?}");
    assert!(answers.iter().all(|(status, ..)| *status == 202));
}

#[test]
fn a_full_queue_says_when_to_come_again_and_where_one_would_stand() {
    let server = served(0, 4).start();
    let client = client(&server);
    let answers: Vec<_> = (0..3)
        .map(|n| client.post("/api/submissions", None, &Client::form(REJECTED, n)).expect("an answer"))
        .collect();
    assert_eq!(answers.iter().map(|(status, ..)| *status).collect::<Vec<_>>(), [202, 202, 429]);
    let (_, later, problem) = &answers[2];
    assert_eq!(later.as_deref(), Some("10"));
    assert_eq!(problem["type"], "urn:assay:problem:too-many-waiting");
}

fn whole(setting: Setting, submissions: usize) {
    let trial = Trial {
        setting,
        submissions,
        lasts: Duration::from_mins(3),
        kill_every: Duration::from_secs(2),
        seed: seed("one verdict each"),
    };
    let outcome = run(&trial);
    eprintln!("{}", outcome.lines());
    assert!(outcome.is_whole(), "{}", outcome.lines());
    assert!(outcome.killed.iter().map(|(_, n)| n).sum::<usize>() >= 3, "hardly anything died");
}

#[test]
fn one_verdict_each_while_the_server_dies_again_and_again() {
    whole(Setting::Sqlite, 250);
}

#[test]
fn one_verdict_each_while_a_fleet_loses_one_after_another() {
    if let Some(why) = Postgres::lacking().or_else(Nats::lacking) {
        return skip("one verdict each in a fleet", why);
    }
    whole(Setting::Fleet, 250);
}
