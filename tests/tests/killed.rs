//! The server of a box killed at odd moments: after the next start nothing of it is left, as `doctor` counts it.

use std::process::{Command, Stdio};
use std::time::Duration;

use assay_tests::Assay;
use serde_json::Value;

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
        eprintln!("SKIP boxes by runc: {}", trial.stderr);
        return;
    }
    killed_at_moments("oci:runc");
}

#[expect(clippy::disallowed_methods, reason = "a test has to start what it kills")]
fn killed_at_moments(backend: &str) {
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
    // Other tests' servers may have died a moment ago; ours were reaped by the start above.
    assert_eq!(leftovers(&assay), "none");
}
