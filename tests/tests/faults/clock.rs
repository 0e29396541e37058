//! A clock that is set, as the process sees it.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use assay_tests::services::{Postgres, skip};
use assay_tests::site::Plan;

use super::{SLOW, client, hand_in, until_graded, until_running, works};

/// The library that gives a process another clock (Debian's `libfaketime`).
fn library() -> Option<PathBuf> {
    let places =
        ["/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime"];
    places.iter().map(|place| PathBuf::from(place).join("libfaketimeMT.so.1")).find(|path| path.is_file())
}

/// Server and worker have clocks of their own, which jump an hour in opposite directions while something is graded: nobody loses it.
#[test]
fn no_clock_that_jumps_takes_anything_from_anybody() {
    let Some(library) = library() else {
        return skip("a clock that jumps", "there is no libfaketime: install the libfaketime package");
    };
    if let Some(why) = Postgres::lacking() {
        return skip("a clock that jumps", why);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let clock = |name: &str| folder.path().join(name);
    let set = |name: &str, to: &str| fs::write(clock(name), to).expect("a clock");
    let with = |name: &str| -> Vec<String> {
        set(name, "+0");
        vec![
            "env".into(),
            format!("LD_PRELOAD={}", library.display()),
            format!("FAKETIME_TIMESTAMP_FILE={}", clock(name).display()),
            "FAKETIME_NO_CACHE=1".into(),
            "FAKETIME_DONT_FAKE_MONOTONIC=1".into(),
            "DONT_FAKE_MONOTONIC=1".into(),
        ]
    };
    let postgres = Postgres::start();
    let database = postgres.url();
    let fleet = ["--database", &database, "--lease", "2"];
    let server = Plan::new(&with("server"), "serve", &fleet).and(&["--graders", "0"]).start();
    let work = Plan::new(&with("worker"), "work", &fleet).and(&["--graders", "1"]);
    let _worker = work.start();
    let client = client(&server);
    works(&client, 1);
    for (number, (server_at, worker_at)) in [("+3600", "-3600"), ("-3600", "+3600")].into_iter().enumerate() {
        let id = hand_in(&client, SLOW, 2 + number as u64);
        until_running(&client, &id);
        set("server", server_at);
        set("worker", worker_at);
        thread::sleep(Duration::from_millis(100));
        let graded = until_graded(&client, &id);
        assert_eq!(
            (graded["verdict"].as_str(), graded["attempt"].as_u64()),
            (Some("Deadlock"), Some(1)),
            "server {server_at}, worker {worker_at}: {}",
            work.said()
        );
    }
}
