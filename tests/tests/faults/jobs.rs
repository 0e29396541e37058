//! What operators see and do.

use std::time::Duration;

use assay_tests::Assay;
use assay_tests::load::FAILING;
use serde_json::Value;

use super::{SLOW, client, hand_in, record, server, until, until_graded, until_running};

#[test]
fn one_that_takes_its_server_down_three_times_is_set_aside_and_tried_again_when_told() {
    let plan = server();
    let assay = Assay::new();
    let data = plan.data().display().to_string();
    let jobs = |words: &[&str]| assay.run(&[&["--data", &data, "jobs"], words].concat());
    let mut id = String::new();
    for attempt in 1..=3 {
        let server = plan.start();
        let client = client(&server);
        if attempt == 1 {
            id = hand_in(&client, SLOW, 1);
        }
        let running = until_running(&client, &id);
        assert_eq!(running["attempt"], attempt);
        std::thread::sleep(Duration::from_millis(300));
        server.kill();
    }
    let server = plan.start();
    let client = client(&server);
    until(&client, &id, "set aside", |r| r["state"] == "faulted");
    let next = hand_in(&client, FAILING, 2);
    assert_eq!(until_graded(&client, &next)["verdict"], "Failed", "it holds nobody up");

    let listed = jobs(&["list", "--json"]);
    let answer: Value = serde_json::from_str(&listed.stdout).expect("JSON");
    assert_eq!(answer["jobs"][0]["id"], id.as_str());
    let shown = jobs(&["show", &id]);
    assert_eq!(shown.code, 0, "{shown:?}");
    assert_eq!(shown.stdout.matches("lost").count(), 3, "{}", shown.stdout);

    assert_eq!(jobs(&["retry", &id]).code, 0);
    let graded = until_graded(&client, &id);
    assert_eq!((graded["verdict"].as_str(), graded["attempt"].as_u64()), (Some("Deadlock"), Some(1)));
    let again = jobs(&["retry", &id]);
    assert_eq!(again.code, 2);
    assert!(again.stdout.contains("was not set aside: it is finished"), "{again:?}");
}

#[test]
fn what_is_called_back_ends_without_a_verdict_also_while_it_runs() {
    let server = server().start();
    let client = client(&server);
    let running = hand_in(&client, SLOW, 1);
    let waiting = hand_in(&client, FAILING, 2);
    until_running(&client, &running);
    for id in [&waiting, &running] {
        assert_eq!(client.delete(&format!("/api/submissions/{id}")), Some(204));
        assert_eq!(record(&client, id)["state"], "canceled");
        let (_, events) = client.get(&format!("/api/submissions/{id}/events")).expect("events");
        assert!(events.trim_end().ends_with(r#""type":"canceled"}"#), "{events}");
        assert_eq!(client.delete(&format!("/api/submissions/{id}")), Some(409));
    }
    // The grader is free again.
    let next = hand_in(&client, FAILING, 3);
    assert_eq!(until_graded(&client, &next)["verdict"], "Failed");
}

/// A backup is made while submissions are graded, and goes on in another folder; what somebody has is given to them, and deleted.
#[test]
fn a_backup_under_load_is_whole_and_somebody_is_forgotten_in_it() {
    let plan = server();
    let server = plan.start();
    let client = client(&server);
    let first = hand_in(&client, FAILING, 1);
    until_graded(&client, &first);
    let others: Vec<String> = (2..8).map(|n| hand_in(&client, FAILING, n)).collect();
    let assay = Assay::new();
    let (data, folder) = (plan.data().display().to_string(), tempfile::tempdir().expect("a folder"));
    let file = folder.path().join("assay.backup").display().to_string();
    let made = assay.run(&["--data", &data, "backup", &file]);
    assert_eq!(made.code, 0, "{made:?}");
    let twice = assay.run(&["--data", &data, "backup", &file]);
    assert_eq!(twice.code, 2, "a backup is not overwritten: {twice:?}");
    server.stop(Duration::from_secs(40));

    let new = super::server();
    let place = new.data().display().to_string();
    let restored = assay.run(&["--data", &place, "restore", &file]);
    assert_eq!(restored.code, 0, "{restored:?}");
    assert_eq!(assay.run(&["--data", &place, "restore", &file]).code, 2, "into an empty one only");
    let server = new.start();
    let client = super::client(&server);
    assert_eq!(record(&client, &first)["verdict"], "Failed");
    for id in &others {
        assert_eq!(until_graded(&client, id)["verdict"], "Failed", "what waited or ran goes on");
    }
    let exported = assay.run(&["--data", &place, "export", &first]);
    let all: Value = serde_json::from_str(&exported.stdout).expect("JSON");
    // Whoever sends no cookie is somebody new each time.
    assert_eq!(all[0]["submissions"].as_array().map(Vec::len), Some(1), "{exported:?}");
    assert!(assay.run(&["--data", &place, "forget", &first]).stdout.contains("would be deleted"));
    assert_eq!(assay.run(&["--data", &place, "forget", &first, "--yes"]).code, 0);
    assert_eq!(client.get(&format!("/api/submissions/{first}")).expect("an answer").0, 404);
    assert_eq!(assay.run(&["--data", &place, "export", &first]).code, 2);
    assert_eq!(record(&client, &others[0])["verdict"], "Failed", "what others have stays");
}

#[test]
fn a_backup_that_was_cut_off_or_changed_is_refused() {
    let plan = server();
    let server = plan.start();
    until_graded(&client(&server), &hand_in(&client(&server), FAILING, 1));
    let assay = Assay::new();
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let made = assay.run(&["--data", &plan.data().display().to_string(), "backup", &path("whole")]);
    assert_eq!(made.code, 0, "{made:?}");
    let text = std::fs::read_to_string(path("whole")).expect("a backup");
    let short: Vec<&str> = text.lines().collect();
    for (name, spoiled, why) in [
        ("cut", short[..short.len() - 1].join("\n"), "it ends too early"),
        (
            "changed",
            text.replace("\"verdict\":\"Failed\"", "\"verdict\":\"Accepted\""),
            "not those that were written",
        ),
        ("other", "hello\n".to_owned(), "line 1"),
        ("newer", text.replacen("\"form\":", "\"form\":9", 1), "made by a newer assay"),
    ] {
        std::fs::write(path(name), spoiled).expect("a file");
        let refused = assay.run(&["--data", &path(&format!("data-{name}")), "restore", &path(name)]);
        assert_eq!(refused.code, 2, "{name}: {refused:?}");
        assert!(refused.stderr.contains(why), "{name}: {}", refused.stderr);
    }
}
