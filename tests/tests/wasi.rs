//! WebAssembly through the real binary: graded right where there is no jail, the same every time, and schedules that plain runs miss.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use assay_tests::{Assay, Said, root};
use serde_json::Value;

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.stdout).unwrap_or_else(|e| panic!("{e}: {said:?}"))
}

/// Grade `exercises/coding/<exercise>/<folder>` with nothing native of it.
#[track_caller]
fn check(exercise: &str, folder: &str, verdict: &str, phrase: &str) -> Value {
    let dir = format!("exercises/coding/{exercise}/{folder}");
    let said = Assay::new().run(&["--sandbox", "wasi", "check", &dir, "--exercise", exercise, "--json"]);
    let report = json(&said);
    assert_eq!(report["verdict"], verdict, "{dir}: {report:#}");
    assert!(said.stdout.contains(phrase), "{dir} says nowhere {phrase:?}: {report:#}");
    report
}

#[test]
fn a_deadlock_of_selects_is_proven_without_a_jail() {
    for (folder, verdict, phrase) in [
        ("solutions/client-and-broker", "Accepted", "the runtime found every goroutine asleep"),
        ("start", "Failed", "rendezvous"),
        ("wrong/distant-timer", "Failed", "never found all of them asleep"),
        ("wrong/only-sleeps", "TimeLimit", "it sleeps at"),
        ("wrong/busy-default", "TimeLimit", "it is busy"),
        ("wrong/endless-goroutines", "MemoryLimit", "memory"),
    ] {
        check("select-deadlock", folder, verdict, phrase);
    }
}

#[test]
fn a_pool_is_graded_without_a_jail_and_says_what_it_lacks() {
    let right = check("worker-pool", "solutions/actor", "Accepted", "race did not run here");
    let names: Vec<&str> =
        right["passes"].as_array().into_iter().flatten().filter_map(|p| p["name"].as_str()).collect();
    assert_eq!(names, ["plain", "stress"], "{right:#}");
    assert_eq!(right["not_run"][0]["name"], "race", "{right:#}");
    for (folder, verdict, phrase) in [
        ("start", "Failed", "not implemented"),
        ("wrong/shutdown-ignores-context", "Deadlock", "wait"),
        ("wrong/worker-leak", "Leak", "still there"),
        ("wrong/double-close", "Panic", "close of closed channel"),
    ] {
        check("worker-pool", folder, verdict, phrase);
    }
}

#[test]
fn an_exhibit_of_a_race_is_nobodys_verdict_without_the_detector() {
    let dir = "exercises/coding/happens-before/start";
    let said = Assay::new().run(&["--sandbox", "wasi", "check", dir, "--exercise", "happens-before"]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.stderr.contains("race detector"), "{said:?}");
}

#[test]
fn a_deadlock_under_one_schedule_is_found_and_comes_back_in_any_box() {
    let assay = Assay::new();
    let task =
        ["check", "tests/programs/rarely-deadlocking", "--exercise", "tally", "--content", "tests/content"];
    let said = assay.run(&[&["--sandbox", "wasi"], &task[..]].concat());
    assert!(said.stdout.contains("Deadlock  tally"), "{said:?}");
    // Of another machine's report nothing is needed but the file and the code.
    let report = assay.run(&[&["--sandbox", "wasi"], &task[..], &["--json"]].concat()).stdout;
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), report).expect("a report");
    let file = file.path().to_str().expect("a path");
    let elsewhere = Assay::new().run(&[
        "replay",
        "--report",
        file,
        "--files",
        task[1],
        "--content",
        "tests/content",
        "--json",
    ]);
    let elsewhere = json(&elsewhere);
    assert_eq!((&elsewhere["again"], &elsewhere["tries"]), (&20.into(), &20.into()), "{elsewhere:#}");
    let run = said.stdout.rsplit("assay replay ").next().expect("a run").trim();
    for backend in ["wasi", "jail"] {
        let again = assay.run(&["--sandbox", backend, "replay", run, "--content", "tests/content", "--json"]);
        let again = json(&again);
        assert_eq!(
            (&again["came_back"], &again["report"]["verdict"]),
            (&true.into(), &"Deadlock".into()),
            "{again:#}"
        );
    }
}

/// What `assay explore` says of a program.
fn explore(dir: &Path, args: &[&str]) -> Value {
    let dir = dir.to_str().expect("a path");
    json(&Assay::new().run(&[&["explore", dir, "--json"], args].concat()))
}

fn schedules() -> Vec<std::path::PathBuf> {
    let all = std::fs::read_dir(root().join("tests/schedules")).expect("the folder");
    let mut all: Vec<_> = all.map(|e| e.expect("an entry").path()).filter(|p| p.is_dir()).collect();
    all.sort();
    assert!(all.len() >= 8, "{all:?}");
    all
}

#[test]
fn what_a_thousand_plain_runs_miss_is_found_and_repeats() {
    for program in schedules() {
        let found = explore(&program.join("buggy"), &["--seeds", "1000", "--enough", "1"]);
        let bad = &found["bad"][0];
        assert!(bad["seed"].is_u64(), "{}: {found}", program.display());
        assert_eq!(found["again"]["same"], found["again"]["times"], "{}: {found}", program.display());
    }
}

#[test]
fn right_programs_never_fail() {
    for program in schedules() {
        let found = explore(&program.join("right"), &["--seeds", "200"]);
        assert_eq!(
            (&found["runs"], found["bad"].as_array().map(Vec::len)),
            (&200.into(), Some(0)),
            "{found}"
        );
    }
}

/// Says in which order its goroutines came, what chance dealt, and what time it is.
const CHATTY: &str = r#"package main

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

func main() {
	lines := make(chan string)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			time.Sleep(time.Duration(rand.IntN(3)) * time.Millisecond)
			lines <- fmt.Sprintf("%d %d %v", i, rand.IntN(1000), time.Now())
		})
	}
	go func() { wg.Wait(); close(lines) }()
	for line := range lines {
		fmt.Println(line)
	}
	for k, v := range map[int]int{1: 1, 2: 2, 3: 3, 4: 4} {
		fmt.Println(k, v)
	}
}
"#;

#[test]
fn a_seed_gives_the_same_output_order_and_instructions_in_two_processes_under_load() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("main.go"), CHATTY).expect("a program");
    let stop = AtomicBool::new(false);
    let replay = |seed: &'static str| explore(folder.path(), &["--replay", seed, "--times", "50"]);
    let (one, two, other) = std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let both = [(); 2].map(|()| threads.spawn(|| replay("7")));
        let [one, two] = both.map(|t| t.join().expect("no panic"));
        let other = replay("8");
        stop.store(true, Ordering::Relaxed);
        (one, two, other)
    });
    assert_eq!((&one["same"], &two["same"]), (&50.into(), &50.into()));
    assert_eq!(one, two);
    assert_eq!(one["stdout"].as_str().map(|s| s.lines().count()), Some(24), "{one}");
    assert_ne!((&one["stdout"], &one["fuel"]), (&other["stdout"], &other["fuel"]));
}

#[test]
fn a_server_that_must_race_does_not_start_where_nothing_is_native() {
    let said =
        Assay::new().run(&["--sandbox", "wasi", "serve", "--listen", "127.0.0.1:0", "--require", "race"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.stderr.contains("the race pass is required"), "{said:?}");
}
