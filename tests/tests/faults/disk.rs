//! Storage that is full or held by another.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use assay_tests::load::{Client, FAILING, REJECTED};
use assay_tests::services::{skip, within};
use assay_tests::site::Plan;

use super::{PATIENCE, client, hand_in, server, until_graded, works};

/// A small disk at a folder; it goes with this.
struct Disk<'a>(&'a Path);

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let _ = command("umount").arg("--lazy").arg(self.0).status();
    }
}

#[expect(clippy::disallowed_methods, reason = "a test has to start what it tests against")]
fn command(program: &str) -> Command {
    Command::new(program)
}

#[test]
fn a_full_disk_takes_nothing_new_and_is_well_again_by_itself() {
    let plan = server();
    let data = plan.data();
    std::fs::create_dir_all(&data).expect("a folder");
    let mounted = command("mount").args(["-t", "tmpfs", "-o", "size=6m", "none"]).arg(&data).status();
    if !mounted.is_ok_and(|s| s.success()) {
        return skip("a full disk", "only root can mount a small disk");
    }
    let _disk = Disk(&data);
    let server = plan.start();
    let client = client(&server);
    works(&client, 1);
    let mut filler = std::fs::File::create(data.join("filler")).expect("a file");
    let page = vec![7; 4096];
    while filler.write_all(&page).is_ok() {}
    // The write-ahead log may have some room left in it.
    let begin = Instant::now();
    let (status, later, problem) = loop {
        let answer =
            client.post("/api/submissions", None, &Client::form(FAILING, begin.elapsed().as_nanos() as u64));
        match answer.expect("it answers") {
            (202, ..) => assert!(begin.elapsed() < PATIENCE, "there is always room"),
            refused => break refused,
        }
    };
    assert_eq!((status, later.as_deref()), (503, Some("60")), "{problem}");
    assert_eq!(problem["type"], "urn:assay:problem:storage-full");
    thread::sleep(Duration::from_secs(2));
    assert_eq!(client.get("/readyz").expect("an answer").0, 503);
    assert_eq!(client.get("/livez").expect("an answer").0, 200);
    drop(filler);
    std::fs::remove_file(data.join("filler")).expect("room");
    works(&client, 2);
    let begin = Instant::now();
    while client.get("/readyz").expect("an answer").0 != 200 {
        assert!(begin.elapsed() < Duration::from_secs(10), "it works, and does not say so");
        thread::sleep(Duration::from_millis(50));
    }
}

/// Where programs are built and kept while they run is full: what was handed in waits, and costs nobody a try too many.
#[test]
fn without_room_for_programs_nothing_is_taken_until_there_is_some() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mounted =
        command("mount").args(["-t", "tmpfs", "-o", "size=48m", "none"]).arg(scratch.path()).status();
    if !mounted.is_ok_and(|s| s.success()) {
        return skip("a full scratch disk", "only root can mount a small disk");
    }
    let _disk = Disk(scratch.path());
    let before = ["env".to_owned(), format!("TMPDIR={}", scratch.path().display())];
    let server = Plan::new(&before, "serve", &["--graders", "1"]).start();
    let client = client(&server);
    works(&client, 1);
    let filler = scratch.path().join("filler");
    let mut full = std::fs::File::create(&filler).expect("a file");
    while full.write_all(&[7; 4096]).is_ok() {}
    let ids = [2, 3, 4].map(|n| hand_in(&client, FAILING, n));
    let begin = Instant::now();
    while client.get("/readyz").expect("an answer").0 != 503 {
        assert!(begin.elapsed() < PATIENCE, "it says that it could grade");
        thread::sleep(Duration::from_millis(50));
    }
    thread::sleep(Duration::from_secs(6));
    drop(full);
    std::fs::remove_file(filler).expect("room");
    for id in &ids {
        let graded = until_graded(&client, id);
        assert_eq!(graded["verdict"], "Failed");
        assert!(graded["attempt"].as_u64() <= Some(2), "{graded}");
    }
}

/// Nothing that it says can be written from its first line on: lines are lost, and nothing else.
#[test]
fn with_a_full_log_it_serves_grades_and_stops_as_ever() {
    let before = ["sh", "-c", "exec \"$@\" >/dev/full 2>&1", "sh"].map(str::to_owned);
    let plan = Plan::new(&before, "serve", &["--graders", "1"]);
    let server = plan.start_blind();
    let client = client(&server);
    let ready = || client.get("/readyz").is_some_and(|(status, _)| status == 200);
    assert!(within(PATIENCE, ready), "it does not serve");
    works(&client, 1);
    works(&client, 2);
    assert_eq!(plan.said(), "", "its log took lines");
    assert_eq!(server.stop(PATIENCE), (Some(0), vec![]));
}

#[test]
fn a_database_that_another_holds_is_waited_for_and_then_said_to_be_busy() {
    let plan = server();
    let server = plan.start();
    let client = client(&server);
    works(&client, 1);
    let hold = "import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute('BEGIN IMMEDIATE')
print('held', flush=True)
time.sleep(30)
db.execute('ROLLBACK')";
    let mut holder = command("python3")
        .args(["-c", hold])
        .arg(plan.data().join("assay.db"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    let mut said = String::new();
    std::io::BufRead::read_line(
        &mut std::io::BufReader::new(holder.stdout.take().expect("a pipe")),
        &mut said,
    )
    .expect("it says something");
    let begin = Instant::now();
    let (status, later, problem) =
        client.post("/api/submissions", Some("k"), &Client::form(REJECTED, 2)).expect("it answers");
    assert_eq!((status, later.as_deref()), (503, Some("5")), "{problem}");
    assert!(begin.elapsed() < Duration::from_secs(20), "it says so in time: {:?}", begin.elapsed());
    assert!(client.get("/api/exercises").is_some_and(|(status, _)| status == 200), "reading goes on");
    let one = client.hand_in(REJECTED, 3, Instant::now() + PATIENCE);
    assert!(one.is_some(), "the client tries on");
    holder.wait().expect("it ends");
    let id = hand_in(&client, FAILING, 4);
    assert_eq!(until_graded(&client, &id)["verdict"], "Failed");
}
