use assay_core::{Access, Evidence, Frame, Goroutine, Position, Verdict, WaitsOn};

use super::*;

const POOL: &str = "package pool

import \"sync\"

type Pool struct {
\tmu     sync.Mutex
\tclosed bool
\ttasks  chan Task
}

func (p *Pool) Submit(t Task) error {
\tif p.closed {
\t\treturn ErrClosed
\t}
\tp.tasks <- t
\treturn nil
}

func (p *Pool) Shutdown() {
\tp.closed = true
\tclose(p.tasks)
}
";

fn position(line: u32) -> Position {
    Position { file: "pool.go".into(), line, column: 2 }
}

fn frame(function: &str, line: u32) -> Frame {
    Frame { function: format!("assay.test/pool.{function}"), position: position(line), own: true }
}

fn goroutine(id: u64, state: &str, operation: &str, line: u32) -> Goroutine {
    Goroutine {
        id,
        waits_on: WaitsOn { state: state.into(), operations: vec![operation.into()] },
        minutes: None,
        woken_by: vec![],
        unreachable: false,
        stack: vec![
            Frame {
                function: "runtime.gopark".into(),
                position: Position { file: "proc.go".into(), line: 460, column: 0 },
                own: false,
            },
            frame("(*Pool).Submit", line),
        ],
        created: Some(frame("(*Pool).Shutdown", 20)),
    }
}

/// The report as it reads without colours, with one proof of each kind in `evidence`.
fn plain(verdict: Verdict, summary: &str, evidence: Vec<Evidence>) -> String {
    let mut report = sample(verdict);
    report.summary = summary.into();
    report.evidence = evidence;
    let run = "0190b2a4-0000-7000-8000-000000000000".parse().unwrap();
    let text = render(&report, &[Source { name: "pool.go", content: POOL }], Again::Kept(run));
    anstream::adapter::strip_str(&text).to_string()
}

macro_rules! reads {
    ($name:ident, $verdict:ident, $summary:expr, $evidence:expr) => {
        #[test]
        fn $name() {
            insta::assert_snapshot!(plain(Verdict::$verdict, $summary, $evidence));
        }
    };
}

reads!(accepted, Accepted, "All tests passed in both passes.", vec![]);

reads!(race, DataRace, "2 goroutines touch `p.closed` and nothing orders them.", {
    let access = |operation: &str, goroutine: &str, function, line, created: Vec<Frame>| Access {
        operation: operation.into(),
        goroutine: goroutine.into(),
        stack: vec![frame(function, line)],
        created,
    };
    vec![Evidence::Race {
        test: "TestShutdownDrains".into(),
        accesses: vec![
            access("write", "main", "(*Pool).Shutdown", 20, vec![]),
            access("read", "11", "(*Pool).Submit", 12, vec![frame("New", 8)]),
        ],
        sentence: "2 goroutines touch `p.closed` and nothing orders them.".into(),
        raw: "WARNING: DATA RACE".into(),
    }]
});

reads!(
    deadlock,
    Deadlock,
    "3 goroutines wait for ever.",
    vec![Evidence::Deadlock {
        test: String::new(),
        total: true,
        sentence: "Nobody receives what 3 goroutines send.".into(),
        goroutines: vec![
            goroutine(7, "chan send", "p.tasks <- t", 15),
            goroutine(8, "chan send", "p.tasks <- t", 15),
            goroutine(9, "sync.Mutex.Lock", "p.mu.Lock()", 12),
        ],
        raw: String::new(),
    }]
);

reads!(
    leak,
    Leak,
    "12 goroutines are still there after TestShutdownDrains.",
    vec![Evidence::Leak {
        test: "TestShutdownDrains".into(),
        sentence: "12 goroutines are still there after TestShutdownDrains.".into(),
        goroutines: (1..=12).map(|id| goroutine(id, "chan receive", "<-p.tasks", 15)).collect(),
        raw: String::new(),
    }]
);

reads!(
    panic,
    Panic,
    "A panic ended the process: close of closed channel.",
    vec![Evidence::Panic {
        test: "TestShutdownDrains".into(),
        message: "close of closed channel".into(),
        stack: vec![frame("(*Pool).Shutdown", 21)],
        raw: String::new(),
    }]
);

reads!(compile_errors_all, CompileError, "2 compile errors.", {
    let error = |position, message: &str| Evidence::CompileError { position, message: message.into() };
    vec![
        error(Some(position(12)), "p.closd undefined (type *Pool has no field or method closd)"),
        error(Some(position(99)), "undefined: Task"),
        error(None, "link: missing function body"),
    ]
});

reads!(failed_test, Failed, "1 of 2 tests failed in the race pass.", {
    let failed = |message: &str, got: Option<&str>, want: Option<&str>, position| Evidence::FailedTest {
        pass: "race".into(),
        test: "TestShutdownDrains".into(),
        message: message.into(),
        position,
        got: got.map(str::to_owned),
        want: want.map(str::to_owned),
    };
    vec![
        failed("tasks run: got 7, want 10", Some("7"), Some("10"), Some(position(16))),
        failed("nothing to compare", None, None, None),
        failed("a\nb", None, None, None),
    ]
});

reads!(
    rejection_with_a_hostile_name,
    Rejected,
    "pool.go imports os, which this exercise does not allow.",
    vec![Evidence::Rejection {
        position: Some(position(3)),
        reason: "imports \u{1b}[2Jos\u{202e}, which this exercise does not allow".into(),
    }]
);

reads!(
    limit,
    TimeLimit,
    "TestShutdownDrains did not end.",
    vec![Evidence::Limit {
        test: "TestShutdownDrains".into(),
        limit: "wall".into(),
        allowed: "5 s".into(),
        measured: "5 s, busy on 1.0 processors at the end".into(),
        goroutines: vec![goroutine(7, "running", "", 15)],
    }]
);

reads!(
    exhibit,
    Failed,
    "The goroutines rendezvous: nothing deadlocks.",
    vec![Evidence::Exhibit {
        proven: false,
        sentence: "The goroutines rendezvous: nothing deadlocks.".into(),
        facts: vec!["exit 0 after 3 ms".into(), "no goroutine was asleep".into()],
    }]
);

/// A budget that is exceeded, and one that holds.
#[test]
fn budget() {
    use assay_core::{Figure, Measure, PassName, PassReport};
    let figure = |what, measured, allowed, reference| Figure {
        benchmark: "BenchmarkSubmit".into(),
        what,
        measured,
        allowed,
        reference,
        against: "start".into(),
    };
    let (over, fine) = (figure(Measure::Allocs, 7, 2, 9), figure(Measure::Time, 184_000, 200_000, 400_000));
    let mut report = sample(Verdict::Accepted);
    report.verdict = Verdict::Budget;
    report.summary = over.sentence();
    let pass = PassReport { name: PassName::Bench, verdict: Verdict::Budget, ..report.passes[0].clone() };
    report.passes.push(pass);
    report.evidence = vec![Evidence::Budget(over.clone())];
    report.figures = vec![over, fine];
    insta::assert_snapshot!(anstream::adapter::strip_str(&render(&report, &[], Again::No)));
}

#[test]
fn a_pass_that_did_not_run_says_why() {
    let mut report = sample(Verdict::Accepted);
    let reason = "data races take threads and the race detector".into();
    report.not_run = vec![assay_core::NotRun { name: assay_core::PassName::Race, reason }];
    let text = anstream::adapter::strip_str(&render(&report, &[], Again::No)).to_string();
    assert!(text.contains("  race   – did not run: data races take threads"), "{text}");
}

#[test]
fn seven_further_proofs_are_five_lines_and_a_count() {
    let tamper = |n: u32| Evidence::Tamper { reason: format!("reason {n}") };
    let text = plain(Verdict::Tampered, "The record does not add up.", (0..7).map(tamper).collect());
    assert_eq!(text.matches("also reason").count(), 5);
    assert!(text.contains("and 1 more in --json"), "{text}");
}

fn vetted(count: u32) -> Vec<assay_core::VetFinding> {
    let finding = |line| assay_core::VetFinding {
        position: position(line),
        analyzer: "copylocks".into(),
        message: "Len passes lock by value: pool.Pool contains sync.Mutex\u{1b}[31m".into(),
    };
    (1..=count).map(finding).collect()
}

#[test]
fn vet_has_its_say_after_the_proof() {
    let mut report = sample(Verdict::Accepted);
    report.vet = vetted(10);
    insta::assert_snapshot!(anstream::adapter::strip_str(&render(&report, &[], Again::No)));
}
