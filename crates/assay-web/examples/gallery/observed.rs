//! A pool of workers that wait for each other, as an observation.

use assay_core::{
    DroppedStacks, Edge, Lane, LaneState, Observation, Period, Position, Profile, Span, Stack, TestPeriod,
    Timeline, Unit,
};

/// Goroutines besides the test's.
const WORKERS: u64 = 40;
const END: u64 = 800_000_000;
/// When the last of them came to rest.
const STILL: u64 = 210_000_000;

#[expect(clippy::unnecessary_wraps, reason = "what a span and a lane have")]
fn place(file: &str, line: u32) -> Option<Position> {
    Some(Position { file: file.into(), line, column: 0 })
}

pub(crate) fn observation() -> Observation {
    let mut edges = vec![];
    let mut lanes = vec![test()];
    lanes.extend((0..WORKERS).map(|n| worker(n, &mut edges)));
    edges.sort_by_key(|e| e.at);
    Observation {
        tests: vec!["TestShutdownDrains".into()],
        notes: vec!["the tests had not ended after 0.8 s, and were not waited for".into()],
        timeline: Some(Timeline {
            end_ns: END,
            still_ns: STILL,
            tests: vec![TestPeriod { name: "TestShutdownDrains".into(), from: 0, to: END }],
            gc: vec![Period { from: 90_000_000, to: 96_000_000 }],
            lanes,
            edges,
            ..Timeline::default()
        }),
        cpu: Some(profile(Unit::Ns, 10_000_000)),
        allocs: Some(profile(Unit::Bytes, 81_920)),
    }
}

fn test() -> Lane {
    let span = |from, to, state, reason: &str| Span {
        from,
        to,
        state,
        reason: reason.into(),
        at: place("pool_test.go", 51),
    };
    Lane {
        goroutine: 6,
        name: "TestShutdownDrains".into(),
        own: false,
        created_at: None,
        created_by: 0,
        spans: vec![
            span(0, 2_000_000, LaneState::Running, ""),
            span(2_000_000, END, LaneState::Waiting, "sync.WaitGroup.Wait"),
        ],
    }
}

/// It takes work in turns with the others, until everybody waits for a lock.
fn worker(n: u64, edges: &mut Vec<Edge>) -> Lane {
    const TURN: [(u64, LaneState, &str, u32); 5] = [
        (400_000, LaneState::Runnable, "", 0),
        (1_300_000, LaneState::Running, "", 0),
        (2_600_000, LaneState::Waiting, "chan receive", 33),
        (700_000, LaneState::Waiting, "select", 40),
        (900_000, LaneState::Waiting, "sync.Mutex.Lock", 61),
    ];
    let mut at = 2_000_000 + n * 350_000;
    let mut spans = vec![];
    for turn in 0.. {
        let (took, state, reason, line) = TURN[(turn + n) as usize % TURN.len()];
        let to = (at + took + (turn * 7 + n * 13) % 11 * 150_000).min(STILL - n * 100_000);
        spans.push(Span {
            from: at,
            to,
            state,
            reason: reason.into(),
            at: place("pool.go", line).filter(|p| p.line > 0),
        });
        if state == LaneState::Runnable && n > 0 {
            edges.push(Edge { at, from: 10 + (n + turn) % n, to: 10 + n });
        }
        at = to;
        if at >= STILL - n * 100_000 {
            break;
        }
    }
    let (state, reason) = (LaneState::Waiting, "sync.Mutex.Lock".into());
    spans.push(Span { from: at, to: END, state, reason, at: place("pool.go", 61) });
    Lane {
        goroutine: 10 + n,
        name: if n % 8 == 7 { "pool.(*Pool).watch".into() } else { "pool.(*Pool).worker".into() },
        own: true,
        created_at: place("pool.go", if n % 8 == 7 { 24 } else { 21 }),
        created_by: 6,
        spans,
    }
}

fn profile(unit: Unit, one: u64) -> Profile {
    let stack =
        |frames: &str, n: u64| Stack { frames: frames.into(), value: n * one, own: frames.contains("pool.") };
    let stacks = vec![
        stack("pool.(*Pool).worker;pool.(*Pool).run;pool_test.TestShutdownDrains.func1;pool_test.busy", 9),
        stack(
            "pool.(*Pool).worker;pool.(*Pool).run;encoding/json.Marshal;encoding/json.(*encodeState).marshal;runtime.mallocgc",
            6,
        ),
        stack(
            "pool_test.TestShutdownDrains;pool.(*Pool).Submit;runtime.selectgo;runtime.lock;runtime.procyield",
            4,
        ),
        stack("pool_test.TestShutdownDrains;pool.New;runtime.makechan", 1),
        stack("pool.(*Pool).watch;sort.Slice;sort.pdqsort;pool.(*Pool).watch.func1", 3),
    ];
    let here: u64 = stacks.iter().map(|s| s.value).sum();
    Profile { unit, total: here + 7 * one, elsewhere: 7 * one, stacks, dropped: DroppedStacks::default() }
}
