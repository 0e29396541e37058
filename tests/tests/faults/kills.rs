//! SIGKILL, SIGSTOP and SIGTERM of servers.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use assay_tests::load::{Chance, Client, FAILING, REJECTED};
use assay_tests::services::{Nats, Postgres, skip};
use assay_tests::site::{Plan, left_over};
use serde_json::json;

use super::{SLOW, client, hand_in, record, seed, served, server, until_graded, until_running, works};

/// How long a test of the exercise `tally` may take.
const STEP: Duration = Duration::from_secs(3);

#[test]
fn a_grader_killed_in_the_middle_leaves_no_box_and_the_next_one_gives_the_verdict() {
    let plan = server();
    let first = plan.start();
    let id = hand_in(&client(&first), SLOW, 1);
    until_running(&client(&first), &id);
    thread::sleep(Duration::from_millis(700));
    assert_eq!(first.kill(), [0; 0], "boxes outlive their server");
    let second = plan.start();
    let graded = until_graded(&client(&second), &id);
    assert_eq!((graded["verdict"].as_str(), graded["attempt"].as_u64()), (Some("Deadlock"), Some(2)));
    assert_eq!(second.stop(Duration::from_secs(40)), (Some(0), vec![]));
    assert_eq!(left_over(&plan.data()), 0);
}

/// While its server is stopped a program waits for its next challenge, or its answer waits to be read: that time is not the program's.
#[test]
fn a_server_that_was_stopped_for_longer_than_a_limit_judges_as_if_it_had_not_been() {
    let mut chance = Chance::new(seed("stopped_for_longer_than_a_limit"));
    let server = Plan::new(&[], "serve", &["--graders", "1"]).start();
    let client = client(&server);
    for round in 0..8 {
        let id = hand_in(&client, FAILING, round);
        until_running(&client, &id);
        thread::sleep(Duration::from_millis(chance.under(700)));
        server.pause();
        thread::sleep(STEP + Duration::from_millis(200));
        server.resume();
        let graded = until_graded(&client, &id);
        assert_eq!((graded["verdict"].as_str(), graded["attempt"].as_u64()), (Some("Failed"), Some(1)));
    }
}

/// The request is sent and nobody waits for the answer: the server dies some milliseconds later, before or after it was stored.
#[test]
fn killed_around_the_commit_the_same_key_is_the_same_submission() {
    let mut chance = Chance::new(seed("killed_around_the_commit"));
    let plan = served(0, 1000);
    let mut ids = BTreeSet::new();
    const ROUNDS: u64 = 30;
    for round in 0..ROUNDS {
        let first = plan.start();
        let body = Client::form(REJECTED, round).to_string();
        let mut socket = TcpStream::connect(first.address).expect("it listens");
        let head = format!(
            "POST /api/submissions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nidempotency-key: round-{round}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        socket.write_all(head.as_bytes()).expect("a request is sent");
        thread::sleep(Duration::from_micros(chance.under(8_000)));
        first.kill();
        let second = plan.start();
        let client = client(&second);
        let again = |n: u64| {
            let key = format!("round-{round}");
            let answer = client.post("/api/submissions", Some(&key), &Client::form(REJECTED, n));
            answer.expect("it answers").2["id"].as_str().expect("an id").to_owned()
        };
        let id = again(round);
        assert_eq!(again(round), id);
        assert!(ids.insert(id), "two keys, two submissions");
        second.kill();
    }
    let last = plan.start();
    let (_, metrics) = client(&last).get("/metrics").expect("it answers");
    assert!(metrics.contains(&format!("assay_submissions{{state=\"queued\"}} {ROUNDS}\n")), "{metrics}");
}

#[test]
fn one_that_is_stopped_gives_back_what_it_has_and_what_waits_stays() {
    let plan = server();
    let first = plan.start();
    let client = client(&first);
    let ids: Vec<String> = (0..6).map(|n| hand_in(&client, FAILING, n)).collect();
    until_running(&client, &ids[0]);
    let (code, stayed) = first.stop(Duration::from_secs(40));
    assert_eq!((code, stayed), (Some(0), vec![]));
    assert_eq!(left_over(&plan.data()), 0);
    let second = plan.start();
    let client = super::client(&second);
    for id in &ids {
        let graded = until_graded(&client, id);
        assert_eq!(
            (graded["verdict"].as_str(), graded["attempt"].as_u64()),
            (Some("Failed"), Some(1)),
            "{graded}"
        );
    }
}

/// A power cut: server, database and broker at once.
#[test]
fn after_a_power_cut_everything_that_was_acknowledged_is_there() {
    if let Some(why) = Postgres::lacking().or_else(Nats::lacking) {
        return skip("power cut of a fleet", why);
    }
    let (mut postgres, mut nats) = (Postgres::start(), Nats::start());
    let (database, broker) = (postgres.url(), nats.url());
    let fleet = ["--database", &database, "--broker", &broker, "--lease", "2"];
    let (serve, work) =
        (Plan::new(&[], "serve", &fleet).and(&["--graders", "0"]), Plan::new(&[], "work", &fleet));
    let (server, worker) = (serve.start(), work.start());
    let client = client(&server);
    let done = hand_in(&client, FAILING, 1);
    until_graded(&client, &done);
    let files = |text: &str| json!({ "from": 0, "files": [{ "path": "tally.go", "content": text }] });
    let (status, cookie, saved) =
        client.put("/api/drafts/tally", None, &files("package tally // half")).expect("saved");
    assert_eq!((status, saved["revision"].as_u64()), (200, Some(1)));
    let cookie = cookie.expect("a cookie");
    let waiting: Vec<String> = (2..8).map(|n| hand_in(&client, FAILING, n)).collect();
    let (a, b) = (server.kill(), worker.kill());
    postgres.kill();
    nats.kill();
    assert_eq!((a, b), (vec![], vec![]), "boxes outlive their server");

    postgres.restart();
    nats.restart();
    let (server, _worker) = (serve.start(), work.start());
    let client = super::client(&server);
    assert_eq!(record(&client, &done)["verdict"], "Failed");
    let (status, draft) = client.get_with("/api/drafts/tally", &cookie).expect("an answer");
    assert_eq!((status, draft["files"][0]["content"].as_str()), (200, Some("package tally // half")));
    for id in &waiting {
        assert_eq!(until_graded(&client, id)["verdict"], "Failed");
    }
}

/// The same without a fleet, and again and again at random moments while drafts are saved.
#[test]
fn drafts_that_were_acknowledged_survive_kills_at_any_moment() {
    let mut chance = Chance::new(seed("drafts_that_were_acknowledged"));
    let plan = served(0, 1000);
    let (mut cookie, mut revision) = (None::<String>, 0);
    for round in 0..10 {
        let server = plan.start();
        let client = client(&server);
        if let Some(cookie) = &cookie {
            let (_, draft) = client.get_with("/api/drafts/tally", cookie).expect("an answer");
            let last = draft["revision"].as_u64().expect("a revision");
            // One save may have been stored without its answer having come through.
            assert!(last == revision || last == revision + 1, "{last} after {revision}");
            assert_eq!(draft["files"][0]["content"], format!("package tally // {last}"), "round {round}");
            revision = last;
        }
        let saver = thread::spawn({
            let mut mine = cookie.clone();
            move || {
                let mut from = revision;
                loop {
                    let text = format!("package tally // {}", from + 1);
                    let body = json!({ "from": from, "files": [{ "path": "tally.go", "content": text }] });
                    match client.put("/api/drafts/tally", mine.as_deref(), &body) {
                        Some((200, set, answer)) => {
                            mine = mine.or(set);
                            from = answer["revision"].as_u64().expect("a revision");
                        }
                        _ => return (mine, from),
                    }
                }
            }
        });
        thread::sleep(Duration::from_millis(30 + chance.under(200)));
        server.kill();
        (cookie, revision) = saver.join().expect("a saver");
    }
    assert!(revision > 10, "hardly anything was saved: {revision}");
}

#[test]
fn a_server_that_was_suspended_goes_on() {
    let server = server().start();
    let client = client(&server);
    let id = hand_in(&client, FAILING, 1);
    until_running(&client, &id);
    server.pause();
    thread::sleep(Duration::from_secs(5));
    server.resume();
    // It was alone: nobody took anything from it, though its lease was over.
    let graded = until_graded(&client, &id);
    assert_eq!(graded["verdict"], "Failed", "{graded}");
    works(&client, 2);
}
