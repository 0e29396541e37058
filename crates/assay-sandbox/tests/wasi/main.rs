//! Hostile modules (`tests/hostile`) and ordinary ones, in the weakest box that there is around them: each comes to the end that is its
//! own, and nothing of it stays with the host.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use assay_sandbox::{
    Entry, Exit, Jail, JailConfig, Job, Killed, Limits, Outcome, Sandbox, Seeds, Silent, Source, Wasi,
    WasiConfig,
};

/// One for most tests.
fn wasi() -> &'static Wasi {
    static WASI: LazyLock<Wasi> = LazyLock::new(|| {
        let helper = Some(env!("CARGO_BIN_EXE_assay-jail").into());
        let around = Jail::start(JailConfig {
            slots: 4,
            helper: helper.clone(),
            force_fallback: true,
            ..JailConfig::default()
        });
        let around = Arc::new(around.expect("a box without namespaces on this machine"));
        Wasi::start(WasiConfig { worker: helper, ..WasiConfig::new(around) }).expect("a worker")
    });
    &WASI
}

fn job(wat: &str) -> Job {
    let module = wat::parse_str(wat).expect("a module");
    let program = "program".parse().expect("a path");
    Job {
        entries: vec![Entry { at: "program".parse().expect("a path"), source: Source::Bytes(module) }],
        limits: Limits {
            wall: Duration::from_secs(20),
            cpu: Duration::from_secs(1),
            memory: 64 << 20,
            output: 64 << 10,
            ..Limits::default()
        },
        ..Job::new(program)
    }
}

fn run(wat: &str) -> Outcome {
    wasi().run(&job(wat), &mut Silent).expect("no fault")
}

/// Resident memory of this process, KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("our own status");
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).expect("a size");
    line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number")
}

/// Exit and limit.
type End = (Exit, Option<Killed>);

const fn code(code: i32) -> End {
    (Exit::Code(code), None)
}

const fn killed(limit: Killed) -> End {
    (Exit::Code(2), Some(limit))
}

/// What each comes to. What is not a program at all exits as a shell says it, with 126.
const ENDS: [(&str, End, &str); 15] = [
    ("bad-pointers", code(0), ""),
    ("deep-recursion", code(2), "stack overflow"),
    ("endless-loop", killed(Killed::Cpu), ""),
    ("exit-code", code(7), ""),
    ("grow-memory", killed(Killed::Memory), ""),
    ("huge-memory", code(126), "memory"),
    ("huge-table", code(126), "table"),
    ("many-locals", code(0), ""),
    ("mutual-recursion-indirect", code(2), "stack overflow"),
    ("no-start", code(126), "_start"),
    ("output-flood", (Exit::Signal(9), Some(Killed::Output)), ""),
    ("read-files", code(0), ""),
    ("sleep-forever", killed(Killed::Wall), ""),
    ("start-traps", code(2), "unreachable"),
    ("unknown-import", code(126), "env"),
];

#[test]
fn every_hostile_module_comes_to_its_own_end_and_the_host_stays_flat() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/hostile");
    let text =
        |name: &str| std::fs::read_to_string(folder.join(format!("{name}.wat"))).expect("a module's text");
    run(&text("exit-code"));
    let before = resident();
    let mut wrong = vec![];
    for (name, end, said) in ENDS {
        let outcome = run(&text(name));
        let stderr = outcome.stderr.text();
        // Whether a worker that writes too much has heard of it before it is killed is chance, and which of two signals for too much
        // processor time comes first.
        let by_chance = matches!(outcome.killed, Some(Killed::Output | Killed::Cpu));
        let exit = if by_chance { end.0 } else { outcome.exit };
        if (exit, outcome.killed) != end || !stderr.contains(said) {
            wrong.push(format!("{name}: {:?} {:?} {}", outcome.exit, outcome.killed, stderr.trim()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let listed = std::fs::read_dir(&folder).expect("the folder").count();
    assert_eq!(listed, ENDS.len(), "each module of tests/hostile is in the table");
    let grown = resident().saturating_sub(before);
    assert!(grown < 64 << 10, "the host grew by {grown} KiB");
}

#[test]
fn what_is_no_module_is_refused() {
    for bytes in
        [&b""[..], b"#!/bin/sh\nexit 0\n", b"\0asm\x01\0\0\0\xff\xff\xff\xff", b"\x7fELF\x02\x01\x01"]
    {
        let mut job = job("(module)");
        job.entries[0].source = Source::Bytes(bytes.to_vec());
        let outcome = wasi().run(&job, &mut Silent).expect("no fault");
        assert_eq!((outcome.exit, outcome.killed), (Exit::Code(126), None), "{bytes:?}: {outcome:?}");
    }
}

/// Exits with what the environment and the clock say: `code` as a number.
fn quick(code: i32) -> String {
    format!(
        r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 1) (func (export "_start") (call $exit (i32.const {code}))))"#
    )
}

#[test]
fn a_hundred_different_programs_at_once() {
    std::thread::scope(|threads| {
        let all: Vec<_> = (0..100).map(|code| threads.spawn(move || run(&quick(code)).exit)).collect();
        for (code, one) in (0..100).zip(all) {
            assert_eq!(one.join().expect("no panic"), Exit::Code(code));
        }
    });
}

/// Writes 8 random bytes and the time, then ends as the first of the bytes says.
const CHANCE: &str = r#"(module
    (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 32) "\00\00\00\00\10\00\00\00")
    (func (export "_start")
        (drop (call $random (i32.const 0) (i32.const 8)))
        (drop (call $time (i32.const 1) (i64.const 1) (i32.const 8)))
        (drop (call $write (i32.const 1) (i32.const 32) (i32.const 1) (i32.const 40)))
        (if (i32.lt_u (i32.load8_u (i32.const 0)) (i32.const 16)) (then (call $exit (i32.const 5))))))"#;

#[test]
fn a_seed_decides_everything_alone_and_in_a_row() {
    let seeds = Seeds {
        first: 1,
        count: 200,
        variable: ("SEED".into(), vec![String::new()]),
        script: vec![],
        answers: vec![],
        enough: 200,
        millis: 60_000,
        threads: 2,
    };
    let found = wasi().explore(&job(CHANCE), &seeds).expect("no fault");
    assert_eq!(found.runs, 200);
    assert!((4..40).contains(&found.bad.len()), "a sixteenth of 200: {found:?}");
    let told = |seed| {
        let mut job = Job { seed, dialogue: true, ..job(CHANCE) };
        job.env.push(("SEED".into(), seeds.value(seed)));
        let outcome = wasi().run(&job, &mut Silent).expect("no fault");
        (outcome.exit, outcome.stdout.bytes, outcome.usage.fuel)
    };
    for bad in &found.bad {
        let (exit, output, fuel) = told(bad.seed);
        assert_eq!((exit, fuel), (Exit::Code(5), Some(bad.fuel)), "seed {}", bad.seed);
        assert_eq!(told(bad.seed), (exit, output, fuel));
    }
    assert_ne!(told(1).1, told(2).1);
}

#[test]
fn tools_are_native_and_nothing_else_is() {
    let script = Source::Host("/bin/true".into());
    let entries = vec![Entry { at: "program".parse().expect("a path"), source: script }];
    let candidate = Job { entries: entries.clone(), ..Job::new("program".parse().expect("a path")) };
    let outcome = wasi().run(&candidate, &mut Silent).expect("no fault");
    assert_eq!(outcome.exit, Exit::Code(126), "{outcome:?}");
    let with_files = Job { outputs: 1, ..candidate };
    assert!(wasi().run(&with_files, &mut Silent).unwrap_err().to_string().contains("no files"));
}
