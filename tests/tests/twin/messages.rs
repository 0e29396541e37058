//! What a user reads when something is wrong: what happened, at which server, and what to do.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use assay_tests::Assay;

use crate::{put, site};

/// The words of a command, what it says and its exit code, with the server's port left out.
fn row(table: &mut String, assay: &Assay, dir: &Path, port: &str, args: &[&str]) {
    let said = assay.run_in(dir, args);
    // Where a line is broken depends on how long the folder's name is.
    let text = (said.stdout + &said.stderr).replace("\n  │ ", " ").replace("\n        ", " ");
    let words = args.join(" ").escape_debug().to_string();
    let text = format!("$ assay {words}\n{text}→ {}\n\n", said.code);
    let home = assay.data().display().to_string();
    let _ = write!(table, "{}", text.replace(port, "PORT").replace(&home, "HOME"));
}

#[test]
fn every_mistake_is_told_with_what_to_do() {
    let server = site().start();
    let url = server.url();
    let port = server.address.port().to_string();
    let place = tempfile::tempdir().expect("a temporary folder");
    let dir = place.path();
    put("right", &dir.join("mine"));
    let assay = Assay::new();
    let mut table = String::new();
    for args in [
        &["login", "assay.example"][..],
        &["login", "ftp://assay.example"],
        &["login", &format!("{url}/progress")],
        &["login", "http://me:word@127.0.0.1"],
        &["logout"],
        &["submit", "mine", "--exercise", "tally"],
        &["submit", "nowhere"],
        &["watch", "last"],
        &["watch", "0190b2a4-0000-7000-8000-000000000000"],
        &["start", "tally", "--draft"],
        &["start", "tally", "--draft", "--local"],
        &["login", &url, "--code", "WRONG-2345"],
        &["login", &url, "--code", "\u{1b}[2J"],
        &["submit", "mine", "--exercise", "tally", "--server", &url],
        &["login", &url],
        &["login", &url],
        &["start", "tally", "--draft"],
        &["start", "talli"],
        &["start", "worker-pool", "mine"],
        &["submit", "mine"],
        &["submit", "mine", "--exercise", "talli"],
        &["watch", "0190b2a4-0000-7000-8000-000000000000"],
    ] {
        row(&mut table, &assay, dir, &port, args);
    }
    let logins = assay.data().join("config/assay/logins.json");
    fs::set_permissions(&logins, fs::Permissions::from_mode(0o644)).expect("it is ours");
    row(&mut table, &assay, dir, &port, &["submit", "mine", "--exercise", "tally"]);
    fs::set_permissions(&logins, fs::Permissions::from_mode(0o600)).expect("it is ours");

    drop(server);
    row(&mut table, &assay, dir, &port, &["submit", "mine", "--exercise", "tally"]);
    row(&mut table, &assay, dir, &port, &["logout"]);
    row(&mut table, &assay, dir, &port, &["submit", "mine", "--exercise", "tally"]);
    insta::assert_snapshot!(table);
}
