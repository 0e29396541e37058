//! A server and workers on machines of their own.

use std::thread;
use std::time::Duration;

use assay_tests::Assay;
use assay_tests::load::{Client, FAILING};
use assay_tests::services::{Nats, Netns, Postgres, skip};
use assay_tests::site::Plan;
use serde_json::Value;

use super::{PATIENCE, SLOW, client, hand_in, record, until, until_graded, until_running};

/// Why there can be no fleet here.
fn lacking() -> Option<String> {
    Postgres::lacking().or_else(Nats::lacking)
}

#[test]
fn a_paused_worker_that_wakes_up_writes_nothing() {
    if let Some(why) = lacking() {
        return skip("a paused worker", why);
    }
    let (postgres, nats) = (Postgres::start(), Nats::start());
    let (database, broker) = (postgres.url(), nats.url());
    let fleet = ["--database", &database, "--broker", &broker, "--lease", "2"];
    let server = Plan::new(&[], "serve", &fleet).and(&["--graders", "0"]).start();
    let client = client(&server);
    let (first, other) = (Plan::new(&[], "work", &fleet), Plan::new(&[], "work", &fleet));
    let sleeper = first.start();
    let id = hand_in(&client, SLOW, 1);
    until_running(&client, &id);
    sleeper.pause();
    let _other = other.start();
    let graded = until_graded(&client, &id);
    assert_eq!((graded["verdict"].as_str(), graded["attempt"].as_u64()), (Some("Deadlock"), Some(2)));
    sleeper.resume();
    let begin = std::time::Instant::now();
    while !first.said().contains("taken away") {
        assert!(begin.elapsed() < PATIENCE, "{}", first.said());
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(record(&client, &id), graded, "nothing has changed");
    let (_, events) = client.get(&format!("/api/submissions/{id}/events")).expect("events");
    assert_eq!(events.matches("event: finished").count(), 1, "{events}");
}

/// One is cut off in the middle, one is killed, the broker is restarted; the third one does it all.
#[test]
fn three_workers_each_in_a_network_of_its_own() {
    if let Some(why) = lacking() {
        return skip("three networks", why);
    }
    let nets: Result<Vec<Netns>, String> = ["one", "two", "three"].map(Netns::new).into_iter().collect();
    let nets = match nets {
        Ok(nets) => nets,
        Err(why) => return skip("three networks", why),
    };
    let everywhere = "0.0.0.0".parse().expect("an address");
    let (postgres, mut nats) = (Postgres::start_on(everywhere), Nats::start_on(everywhere));
    let (database, broker) = (postgres.url(), nats.url());
    let serve =
        ["--database", &database, "--broker", &broker, "--lease", "2", "--graders", "0", "--queue", "1000"];
    let server = Plan::new(&[], "serve", &serve).start();
    let client = client(&server);
    let plans: Vec<Plan> = nets
        .iter()
        .map(|net| {
            let (database, broker) =
                (postgres.url_on(net.host_address(), "assay"), nats.url_on(net.host_address()));
            Plan::within(
                net,
                "work",
                &["--database", &database, "--broker", &broker, "--lease", "2", "--graders", "1"],
            )
        })
        .collect();
    let mut workers: Vec<_> = plans.iter().map(Plan::start).collect();
    let slow: Vec<String> = (0..3).map(|n| hand_in(&client, SLOW, n)).collect();
    for id in &slow {
        until_running(&client, id);
    }
    let quick: Vec<String> = (3..23).map(|n| hand_in(&client, FAILING, n)).collect();
    nets[0].cut();
    assert_eq!(workers.remove(1).kill(), [0; 0]);
    thread::sleep(Duration::from_millis(500));
    nats.restart();
    for id in &slow {
        assert_eq!(until_graded(&client, id)["verdict"], "Deadlock");
    }
    for id in &quick {
        assert_eq!(until_graded(&client, id)["verdict"], "Failed");
    }
    nets[0].heal();
    // It comes back by itself, and does work again when it is alone.
    assert_eq!(workers.remove(1).kill(), [0; 0]);
    let alone = hand_in(&client, FAILING, 99);
    assert_eq!(until_graded(&client, &alone)["verdict"], "Failed");
    for id in slow.iter().chain(&quick) {
        let (_, events) = client.get(&format!("/api/submissions/{id}/events")).expect("events");
        assert_eq!(events.matches("event: finished").count(), 1, "{events}");
    }
}

/// Whoever follows a submission on the server hears of it from the worker; and a call back reaches the worker.
#[test]
fn events_and_calls_back_cross_the_fleet() {
    if let Some(why) = lacking() {
        return skip("events across a fleet", why);
    }
    let (postgres, nats) = (Postgres::start(), Nats::start());
    let (database, broker) = (postgres.url(), nats.url());
    let fleet = ["--database", &database, "--broker", &broker];
    let server = Plan::new(&[], "serve", &fleet).and(&["--graders", "0"]).start();
    let client = client(&server);
    let work = Plan::new(&[], "work", &fleet);
    let worker = work.start();
    let id = hand_in(&client, FAILING, 1);
    let (_, events) = client.get(&format!("/api/submissions/{id}/events")).expect("events");
    assert!(events.contains("event: finished"), "{events}");
    let slow = hand_in(&client, SLOW, 2);
    until_running(&client, &slow);
    assert_eq!(client.delete(&format!("/api/submissions/{slow}")), Some(204));
    let begin = std::time::Instant::now();
    while !work.said().contains("called back") {
        assert!(begin.elapsed() < Duration::from_secs(10), "{}", work.said());
        thread::sleep(Duration::from_millis(20));
    }
    let told = Client::new(&worker.url()).get("/metrics").expect("a worker tells how it is").1;
    assert!(told.contains("assay_verdicts_total{verdict=\"Failed\"} 1"), "{told}");
    assert_eq!(Client::new(&worker.url()).get("/readyz").expect("an answer").0, 200);
    assert_eq!(Client::new(&worker.url()).get("/api/exercises").expect("an answer").0, 404);
}

/// What nobody here can do waits, and the operator sees why.
#[test]
fn a_worker_takes_only_what_it_can_do() {
    if let Some(why) = lacking() {
        return skip("what workers can do", why);
    }
    let (postgres, nats) = (Postgres::start(), Nats::start());
    let (database, broker) = (postgres.url(), nats.url());
    let fleet = ["--database", &database, "--broker", &broker];
    let server = Plan::new(&[], "serve", &fleet).and(&["--graders", "0", "--require", "race"]).start();
    let client = client(&server);
    let portable = Plan::new(&[], "work", &fleet).and(&["--backend", "wasi"]).start();
    let id = hand_in(&client, FAILING, 1);
    thread::sleep(Duration::from_secs(3));
    assert_eq!(record(&client, &id)["state"], "queued");
    let listed = Assay::new().run(&["jobs", "--database", &database, "list", "--state", "queued"]);
    assert!(listed.stdout.contains("no grader here can do it: race"), "{listed:?}");
    let _native = Plan::new(&[], "work", &fleet).start();
    assert_eq!(until_graded(&client, &id)["verdict"], "Failed");
    drop(portable);
}

/// Without a broker the workers ask the database; with one that went away they do too.
#[test]
fn a_fleet_goes_on_without_its_broker() {
    if let Some(why) = lacking() {
        return skip("a fleet without a broker", why);
    }
    let (postgres, mut nats) = (Postgres::start(), Nats::start());
    let (database, broker) = (postgres.url(), nats.url());
    let server = Plan::new(&[], "serve", &["--database", &database, "--graders", "0"]).start();
    let client = client(&server);
    let asks = Plan::new(&[], "work", &["--database", &database, "--graders", "1"]).start();
    assert_eq!(until_graded(&client, &hand_in(&client, FAILING, 1))["verdict"], "Failed");
    drop(asks);
    let _hears =
        Plan::new(&[], "work", &["--database", &database, "--broker", &broker, "--graders", "1"]).start();
    nats.kill();
    assert_eq!(until_graded(&client, &hand_in(&client, FAILING, 2))["verdict"], "Failed");
}

/// A newer version has brought the database to its form while an older one is at work: that one goes on, and a start of it is refused.
#[test]
fn an_older_version_goes_on_beside_a_newer_and_does_not_start_again() {
    if let Some(why) = Postgres::lacking() {
        return skip("two versions", why);
    }
    let postgres = Postgres::start();
    let database = postgres.url();
    let plan = Plan::new(&[], "serve", &["--database", &database, "--graders", "1"]);
    let server = plan.start();
    let client = client(&server);
    assert_eq!(until_graded(&client, &hand_in(&client, FAILING, 1))["verdict"], "Failed");
    let newer = "ALTER TABLE submissions ADD COLUMN mood TEXT NOT NULL DEFAULT 'good';
                 ALTER TABLE reports ADD COLUMN mood TEXT;
                 INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'mood', true, '\\x00', 0)";
    Postgres::query(&database, newer).expect("SQL");
    let id = hand_in(&client, FAILING, 2);
    assert_eq!(until_graded(&client, &id)["verdict"], "Failed", "the older one goes on");
    let report: Value =
        serde_json::from_str(&client.get(&format!("/api/submissions/{id}/report")).expect("a report").1)
            .expect("JSON");
    assert_eq!(report["verdict"], "Failed");
    let refused = Assay::new().run(&["jobs", "--database", &database, "list"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("it was made by a newer assay"), "{}", refused.stderr);
    assert!(refused.stderr.contains("form 9999"), "{}", refused.stderr);
    until(&client, &id, "still there", |r| r["state"] == "finished");
}
