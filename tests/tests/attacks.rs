//! The attack suite and a soak through the real binary: `assay attack`, whose table and programs an operator runs too.

use assay_tests::Assay;
use assay_tests::services::{skip, skipped};
use serde_json::Value;

#[track_caller]
fn attack(args: &[&str]) -> Value {
    let said = Assay::new().run(&[&["attack", "--json"], args].concat());
    let answer: Value = serde_json::from_str(&said.stdout).unwrap_or_else(|e| panic!("{e}: {said:?}"));
    for row in answer["attacks"].as_array().into_iter().flatten() {
        match row["state"].as_str() {
            Some("safe") => {}
            // Said, so that what this machine could not show is not taken for shown.
            Some("skipped") => skipped(&row["name"].to_string(), &row["outcome"]),
            _ => panic!("{row:#}"),
        }
    }
    assert_eq!((said.code, &answer["held"]), (0, &true.into()), "{answer:#}");
    answer
}

#[test]
fn every_attack_is_stopped_leaves_nothing_and_the_next_run_is_clean() {
    let answer = attack(&[]);
    assert!(
        answer["safe"].as_u64().is_some_and(|safe| safe >= 25),
        "most need only a C compiler: {answer:#}"
    );
}

#[test]
fn every_attack_is_stopped_by_an_installed_runtime_too() {
    let backend = ["--backend", "oci:runc"];
    let trial = Assay::new().run(&[&backend[..], &["box", "--", "true"]].concat());
    if ["there is no runc", "only root"].iter().any(|why| trial.stderr.contains(why)) {
        return skip("boxes by runc", trial.stderr);
    }
    let answer = attack(&backend);
    assert!(answer["safe"].as_u64().is_some_and(|safe| safe >= 25), "{answer:#}");
    let soak = &attack(&[&backend[..], &["--soak", "64"]].concat())["soak"];
    assert_eq!((&soak["wrong"], &soak["after"]["folders"]), (&0.into(), &0.into()), "{soak:#}");
}

#[test]
fn hundreds_of_mixed_runs_leave_nothing() {
    let soak = &attack(&["--soak", "300"])["soak"];
    assert_eq!(
        (&soak["runs"], &soak["wrong"], &soak["before"]["members"]),
        (&300.into(), &0.into(), &0.into()),
        "{soak:#}"
    );
}

#[test]
fn an_unknown_attack_is_named() {
    let said = Assay::new().run(&["attack", "no-such"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.stderr.contains("there is no attack `no-such`"), "{said:?}");
}
