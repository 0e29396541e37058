//! Many short runs of every kind in a row: what is counted before and after must be the same.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use assay_sandbox::{Census, Exit, Job, Killed, Limits, Outcome, Sandbox, Silent};
use serde::Serialize;

use super::workshop::{Unmade, Workshop};
use crate::problem::Problem;

/// One program that does what its argument says.
const PROGRAM: &str = include_str!("../../../../tests/attacks/programs/soak.c");

/// How `abort` ends; process 1 of a container is kept from its own SIGABRT, and ends by what `abort` tries next.
const ABORTED: &[Exit] = &[Exit::Signal(6), Exit::Signal(11)];

/// Argument, limits, exits (any if none is given) and kill of each kind.
const KINDS: [(&str, &str, &[Exit], Option<Killed>); 8] = [
    ("s", "wall=30", &[Exit::Code(0)], None),
    ("e", "wall=30", &[Exit::Code(3)], None),
    ("a", "wall=30", ABORTED, None),
    ("v", "wall=30", &[Exit::Signal(11)], None),
    ("w", "wall=0.02", &[], Some(Killed::Wall)),
    ("o", "wall=30,output=16k", &[], Some(Killed::Output)),
    ("m", "wall=30,memory=16m", &[], Some(Killed::Memory)),
    ("d", "wall=30", &[Exit::Code(0)], None),
];

/// Before the first count, so that what is made once and kept is there.
const WARM_UP: usize = 4 * KINDS.len();

/// What came of it.
#[derive(Debug, Serialize)]
pub(super) struct Soak {
    pub(super) runs: usize,
    pub(super) seconds: f64,
    /// Runs that ended otherwise than they had to, the first few in words.
    pub(super) wrong: usize,
    pub(super) examples: Vec<String>,
    pub(super) before: Census,
    pub(super) after: Census,
    /// What there is more of after it.
    pub(super) leaked: Vec<String>,
}

impl Soak {
    pub(super) fn is_clean(&self) -> bool {
        self.wrong == 0 && self.leaked.is_empty()
    }
}

/// Run `runs` of them in all slots.
pub(super) fn soak(runs: usize, sandbox: &dyn Sandbox, workshop: &mut Workshop) -> Result<Soak, Problem> {
    let made = workshop.c(PROGRAM).map_err(|unmade| match unmade {
        Unmade::Lacks(why) | Unmade::Failed(why) => Problem::input(why, "a soak needs a C compiler"),
    })?;
    let jobs: Vec<Job> = KINDS.iter().map(|(argument, limits, ..)| kind(&made, argument, limits)).collect();
    let (_, examples) = all(WARM_UP, &jobs, sandbox);
    if let Some(first) = examples.first() {
        return Err(Problem::input(format!("the first runs already went wrong: {first}"), ""));
    }
    let before = Census::take();
    let start = Instant::now();
    let (wrong, mut examples) = all(runs, &jobs, sandbox);
    let seconds = start.elapsed().as_secs_f64();
    let after = settled(&before);
    examples.truncate(5);
    let leaked = leaks(&before, &after);
    Ok(Soak { runs, seconds, wrong, examples, before, after, leaked })
}

fn kind(made: &Job, argument: &str, limits: &str) -> Job {
    let limits = super::limits(limits);
    Job { args: vec![argument.to_owned()], limits: Limits { disk: 1 << 20, ..limits }, ..made.clone() }
}

fn all(runs: usize, jobs: &[Job], sandbox: &dyn Sandbox) -> (usize, Vec<String>) {
    let next = AtomicUsize::new(0);
    let wrong: Vec<String> = std::thread::scope(|threads| {
        let worker = || {
            let mut wrong = vec![];
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= runs {
                    return wrong;
                }
                let kind = number % jobs.len();
                let outcome = sandbox.run(&jobs[kind], &mut Silent);
                if !outcome.as_ref().is_ok_and(|outcome| is_expected(kind, outcome)) {
                    wrong.push(format!("run {number} ({}): {outcome:?}", KINDS[kind].0));
                }
            }
        };
        let workers: Vec<_> = (0..sandbox.slots()).map(|_| threads.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("workers do not panic")).collect()
    });
    (wrong.len(), wrong)
}

fn is_expected(kind: usize, outcome: &Outcome) -> bool {
    let (_, _, exits, killed) = KINDS[kind];
    outcome.killed == killed && (exits.is_empty() || exits.contains(&outcome.exit))
}

/// Threads and pipes of this process itself are gone a moment later than the last run.
pub(super) fn settled(before: &Census) -> Census {
    let deadline = Instant::now() + Duration::from_secs(2);
    loop {
        let now = Census::take();
        if now.more_than(before).is_empty() || Instant::now() > deadline {
            return now;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Growth of resident memory that is a leak and no cache: the output kept at once is far below it.
const MOST_GROWTH_KIB: u64 = 64 << 10;

/// What `after` has more of than `before`, memory included.
pub(super) fn leaks(before: &Census, after: &Census) -> Vec<String> {
    let mut leaked = after.more_than(before);
    let memory = [
        ("memory of the server", before.resident_kib, after.resident_kib),
        ("memory of the helpers", before.helper_resident_kib, after.helper_resident_kib),
    ];
    for (what, before, after) in memory {
        if after > before + MOST_GROWTH_KIB {
            leaked.push(format!("{what}: {before} KiB before, {after} KiB after"));
        }
    }
    leaked
}
