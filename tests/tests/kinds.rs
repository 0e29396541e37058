//! Each kind of failure on at least three programs of different shape, told apart in the plain and in the race pass.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use assay_tests::{Assay, root};
use serde_json::Value;

/// What a kind comes to in the plain and in the race pass, and words that its summary must hold.
type Expected = (&'static str, &'static str, &'static [&'static str]);

/// By the first word of a program's name.
const KINDS: [(&str, Expected); 8] = [
    ("deadlock", ("Deadlock", "Deadlock", &["for ever: goroutine", " on `"])),
    (
        "leak",
        (
            "Leak",
            "Leak",
            &["still there after", "started at tally.go", "no other goroutine can reach what it waits on"],
        ),
    ),
    ("busy", ("TimeLimit", "TimeLimit", &["it is busy at tally.go", "of a core"])),
    ("slow", ("TimeLimit", "TimeLimit", &["it sleeps at tally.go"])),
    ("race", ("Accepted", "DataRace", &["nothing orders it after"])),
    ("panic", ("Panic", "Panic", &["panic: "])),
    ("memory", ("MemoryLimit", "MemoryLimit", &["memory: "])),
    ("output", ("OutputLimit", "OutputLimit", &["more output than is kept"])),
];

const AT_ONCE: usize = 3;

/// Folders of `tests/kinds` whose names begin so.
fn programs_below(begin: &str) -> Vec<String> {
    let folders = fs::read_dir(root().join("tests/kinds")).unwrap().flatten();
    let mut names: Vec<String> = folders.map(|e| e.file_name().into_string().unwrap()).collect();
    names.retain(|name| name.starts_with(begin));
    names.sort();
    names
}

fn report(assay: &Assay, program: &str) -> Value {
    let dir = format!("tests/kinds/{program}");
    let said = assay.run(&["check", &dir, "--exercise", "tally", "--content", "tests/content", "--json"]);
    serde_json::from_str(&said.stdout).unwrap_or_else(|e| panic!("{e}: {said:?}"))
}

#[track_caller]
fn check(assay: &Assay, program: &str, (plain, race, words): Expected) {
    let report = report(assay, program);
    let verdict = |pass: &str| {
        let passes = report["passes"].as_array().unwrap();
        passes.iter().find(|p| p["name"] == pass).map(|p| p["verdict"].as_str().unwrap().to_owned())
    };
    assert_eq!(
        (verdict("plain").as_deref(), verdict("race").as_deref()),
        (Some(plain), Some(race)),
        "{program}: {report:#}"
    );
    assert_ne!(report["verdict"], "Accepted", "{program}");
    let summary = report["summary"].as_str().unwrap();
    assert!(words.iter().all(|word| summary.contains(word)), "{program}: {summary}");
}

/// What passes mostly and fails sometimes is neither right nor plainly wrong: its rate is said, and the failure stands behind it.
#[test]
fn what_mostly_passes_is_flaky() {
    let assay = Assay::new();
    let programs = programs_below("flaky-");
    assert!(programs.len() >= 3, "{programs:?}");
    for program in programs {
        // They fail by chance: now and then every run of a test, or none.
        let report = (0..4).map(|_| report(&assay, &program)).find(|report| report["verdict"] == "Flaky");
        let report = report.unwrap_or_else(|| panic!("{program} was Flaky in none of 4 gradings"));
        let (rate, failure) = (&report["evidence"][0], &report["evidence"][1]);
        assert_eq!(
            (&rate["kind"], &rate["test"], &rate["other"]),
            (&"flaky".into(), &"TestSumOfMany".into(), &"Failed".into())
        );
        let (passed, runs) = (rate["passed"].as_u64().unwrap(), rate["runs"].as_u64().unwrap());
        assert!(0 < passed && passed < runs && runs < 2 * passed, "{program}: {rate:#}");
        assert_eq!(failure["kind"], "failed_test", "{program}: {report:#}");
    }
}

#[test]
fn each_kind_is_told_from_the_others() {
    let assay = Assay::new();
    let mut programs: BTreeMap<&str, u32> = BTreeMap::new();
    let names: Vec<String> =
        programs_below("").into_iter().filter(|name| !name.starts_with("flaky-")).collect();
    let expected = |name: &str| {
        let kind = name.split('-').next().unwrap();
        KINDS.iter().find(|(k, _)| *k == kind).unwrap_or_else(|| panic!("{name}"))
    };
    for name in &names {
        *programs.entry(expected(name).0).or_default() += 1;
    }
    // Most of them only wait for a limit.
    let next = AtomicUsize::new(0);
    std::thread::scope(|threads| {
        for _ in 0..AT_ONCE {
            threads.spawn(|| {
                while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                    check(&assay, name, expected(name).1);
                }
            });
        }
    });
    assert!(programs.len() == KINDS.len() && programs.values().all(|n| *n >= 3), "{programs:?}");
}
