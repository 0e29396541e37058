//! The server of a box killed at odd moments: after the next start nothing of it is left, as `doctor` counts it.

use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use assay_tests::Assay;
use assay_tests::services::skip;
use serde_json::Value;

/// What `doctor` counts is the machine's, so one test's killed servers must not be seen by the other.
static ALONE: Mutex<()> = Mutex::new(());

/// How long a helper may take to notice that its server is gone.
const HELPER_ENDS: Duration = Duration::from_secs(5);

/// What `doctor` says of leftovers.
fn leftovers(assay: &Assay) -> String {
    let said = assay.run(&["doctor", "--json"]);
    let answer: Value = serde_json::from_str(&said.stdout).unwrap_or_else(|e| panic!("{e}: {said:?}"));
    let findings = answer["findings"].as_array().expect("findings");
    let found = findings.iter().find(|f| f["what"] == "leftovers").expect("a line about leftovers");
    found["seen"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_server_killed_at_any_moment_leaves_nothing_after_the_next_start() {
    killed_at_moments("jail");
}

#[test]
fn so_does_a_server_of_containers() {
    let trial = Assay::new().run(&["--backend", "oci:runc", "box", "--", "true"]);
    if ["there is no runc", "only root"].iter().any(|why| trial.stderr.contains(why)) {
        return skip("boxes by runc", trial.stderr);
    }
    killed_at_moments("oci:runc");
}

#[expect(clippy::disallowed_methods, reason = "a test has to start what it kills")]
fn killed_at_moments(backend: &str) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let assay = Assay::new();
    for moment in [0, 3, 7, 12, 20, 35, 60, 110, 200, 400] {
        let mut server = Command::new(assay.program())
            .args(["--backend", backend, "box", "--limits", "wall=60,pids=16", "--", "sleep", "3599"])
            .env("ASSAY_DATA", assay.data())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("assay starts");
        std::thread::sleep(Duration::from_millis(moment));
        server.kill().expect("it can be killed");
        server.wait().expect("it can be waited for");
    }
    let next = assay.run(&["--backend", backend, "box", "--", "true"]);
    assert_eq!(next.code, 0, "{next:?}");
    // Groups and folders went with the start above; a helper goes by itself, when a processor is free for it.
    let until = Instant::now() + HELPER_ENDS;
    let mut left = leftovers(&assay);
    while left != "none" && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(50));
        left = leftovers(&assay);
    }
    assert_eq!(left, "none");
}
