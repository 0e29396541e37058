//! `assay box` and `serve --require` through the real binary.

use assay_tests::{Assay, Said};
use serde_json::Value;

#[track_caller]
fn boxed(args: &[&str], code: i32) -> Said {
    let said = Assay::new().run(&[&["box"], args].concat());
    assert_eq!(said.code, code, "{said:?}");
    said
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.stdout).unwrap_or_else(|e| panic!("{e}: {said:?}"))
}

#[test]
fn a_program_with_libraries_runs_by_its_name_and_sees_nothing_of_the_host() {
    let outcome = json(&boxed(&["--json", "--", "cat", "/proc/self/cmdline"], 0));
    assert_eq!(
        (&outcome["exit"]["code"], &outcome["stdout"]["text"]),
        (&0.into(), &"cat\0/proc/self/cmdline\0".into())
    );
    let said = boxed(&["--", "ls", "/etc", "/root"], 1);
    assert!(said.stdout.contains("No such file") && said.stdout.contains("exited with 2"), "{said:?}");
}

#[test]
fn a_limit_ends_it_and_is_named() {
    let outcome = json(&boxed(&["--json", "--limits", "wall=0.3", "--", "sleep", "60"], 1));
    assert_eq!(outcome["killed"], "wall");
    let said = boxed(&["--limits", "output=1k", "--", "yes"], 1);
    assert!(said.stdout.contains("ended by the output limit"), "{said:?}");
}

#[test]
fn wrong_commands_say_what_to_do() {
    assert!(boxed(&["--", "no-such-program"], 2).stderr.contains("no-such-program"));
    assert!(boxed(&["--limits", "speed=1", "--", "ls"], 2).stderr.contains("no limit `speed`"));
    assert!(boxed(&["--backend", "hope", "--", "ls"], 2).stderr.contains("no backend `hope`"));
}

#[test]
fn a_server_refuses_to_start_without_a_layer_that_it_promised() {
    let said = Assay::new().run(&["serve", "--listen", "127.0.0.1:0", "--require", "seccomp,moat"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.stderr.contains("no layer called `moat`"), "{said:?}");
}
