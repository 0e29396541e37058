//! Run one pass: as many processes as it takes until every test had its say, or too many of them ended a process.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;

use assay_core::{Event, Fault, TestStatus};
use assay_go::Go;
use assay_sandbox::{Job, Outcome, Sandbox};

use crate::assemble::{self, AtExit, OnDisk};
use crate::controls::{Arm, Deal};
use crate::explore;
use crate::plan::{PassPlan, PlannedTest};
use crate::session::{Challenge, Record, Session, State, status};

/// One process of a pass: what it answered, where the conversation stood at its end, how it ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ProcessRun {
    pub(crate) records: Vec<Record>,
    pub(crate) state: State,
    pub(crate) outcome: Outcome,
}

/// Most processes of one lane: more than an exercise has tests, so that each has its say even where every one of them ends a process.
const MOST_PROCESSES: usize = 60;

/// Most time given to processes that the box had to end: enough for two busy loops at the usual limits, or six deadlocks.
/// That many broken tests tell enough.
const MOST_LOST: Duration = Duration::from_secs(6);

fn lost(runs: &[ProcessRun]) -> Duration {
    runs.iter().filter(|r| r.outcome.killed.is_some()).map(|r| r.outcome.usage.wall).sum()
}

/// Run `plan`, its lanes side by side.
pub(crate) fn run(
    go: &Go,
    sandbox: &dyn Sandbox,
    plan: &PassPlan,
    tests: &[PlannedTest],
    program: &OnDisk,
    emit: &(dyn Fn(Event) + Sync),
) -> Result<Vec<ProcessRun>, Fault> {
    watched(go, sandbox, plan, tests, program, emit, &|_| {})
}

/// The same; `look` is shown each process as it ends, from several threads.
pub(crate) fn watched(
    go: &Go,
    sandbox: &dyn Sandbox,
    plan: &PassPlan,
    tests: &[PlannedTest],
    program: &OnDisk,
    emit: &(dyn Fn(Event) + Sync),
    look: &(dyn Fn(&ProcessRun) + Sync),
) -> Result<Vec<ProcessRun>, Fault> {
    let job = job(go, program, plan)?;
    let (ended, told) = (Mutex::default(), Mutex::default());
    let one = |number: usize| {
        Lane { sandbox, plan, tests, job: &job, emit, look, number, ended: &ended, told: &told }.run()
    };
    let lanes: Vec<Result<Vec<ProcessRun>, Fault>> = std::thread::scope(|threads| {
        let beside: Vec<_> = (1..plan.lanes.len()).map(|n| threads.spawn(move || one(n))).collect();
        let first = one(0);
        let joined =
            beside.into_iter().map(|lane| lane.join().unwrap_or_else(|_| Err(Fault::new("a lane panicked"))));
        std::iter::once(first).chain(joined).collect()
    });
    let runs: Result<Vec<_>, Fault> = lanes.into_iter().collect();
    Ok(runs?.concat())
}

struct Lane<'a> {
    sandbox: &'a dyn Sandbox,
    plan: &'a PassPlan,
    tests: &'a [PlannedTest],
    job: &'a Job,
    emit: &'a (dyn Fn(Event) + Sync),
    look: &'a (dyn Fn(&ProcessRun) + Sync),
    number: usize,
    /// Tests in which a process of any lane ended.
    ended: &'a Mutex<BTreeSet<usize>>,
    /// What was said of a test, by whichever lane.
    told: &'a Mutex<BTreeMap<usize, TestStatus>>,
}

impl Lane<'_> {
    /// A test in which a process ended is not tried again; the rest go on in a fresh one.
    fn run(&self) -> Result<Vec<ProcessRun>, Fault> {
        let mut left = self.plan.lanes.get(self.number).cloned().unwrap_or_default();
        let mut runs: Vec<ProcessRun> = Vec::new();
        while !left.is_empty() && runs.len() < MOST_PROCESSES && lost(&runs) < MOST_LOST {
            let on_record = |r: &Record| {
                if let Arm::Test(test) = r.arm {
                    self.tell(test, status(r), r.micros / 1000);
                }
            };
            let deal = Deal::new(self.tests.len(), &left, self.deal(runs.len()));
            let mut session = Session::new(deal, token, on_record);
            let outcome = self.sandbox.run(self.job, &mut session)?;
            let unasked: Vec<Challenge> = session.unasked().collect();
            let Session { state, records, .. } = session;
            let mut ended = self.ended.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            left = match state {
                State::Running { arm: Arm::Test(test), .. } => {
                    self.tell(test, TestStatus::Failed, outcome.usage.wall.as_millis() as u64);
                    ended.insert(test);
                    unasked
                }
                State::Running { arm: Arm::Control(_), .. } => unasked,
                _ => vec![],
            };
            left.retain(|c| !ended.contains(&c.test));
            drop(ended);
            let run = ProcessRun { records, state, outcome };
            (self.look)(&run);
            runs.push(run);
        }
        Ok(runs)
    }

    /// Every process of every lane has one of its own.
    fn deal(&self, process: usize) -> u64 {
        self.plan.deal.wrapping_add((self.number * MOST_PROCESSES + process) as u64)
    }

    /// A test is told of once, and once more when a repetition fails: hundreds of repetitions say nothing new, and each event is stored.
    fn tell(&self, test: usize, status: TestStatus, duration_ms: u64) {
        let mut told = self.told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !is_news(told.get(&test).copied(), status) {
            return;
        }
        told.insert(test, status);
        drop(told);
        let name = self.tests[test].name.clone();
        (self.emit)(Event::Test { pass: self.plan.name, name, status, duration_ms });
    }
}

/// Whether a test that was last told of as `before` has something to tell.
fn is_news(before: Option<TestStatus>, now: TestStatus) -> bool {
    before.is_none_or(|before| now == TestStatus::Failed && before != now)
}

pub(crate) fn job(go: &Go, program: &OnDisk, plan: &PassPlan) -> Result<Job, Fault> {
    let mut job = assemble::job(go, &program.path, plan.flavour, AtExit::Go)?;
    job.entries.extend(program.beside.iter().cloned());
    let schedule = plan.schedule.as_deref().map(|s| s.strip_prefix(explore::MARK).unwrap_or(s));
    job.env.extend(schedule.map(|s| (explore::SCHEDULE.to_owned(), s.to_owned())));
    if plan.flavour.is_race() {
        // Under the detector, collecting garbage takes a fifth of the time; where memory gets scarce it goes on as usual.
        let scarce = (plan.limits.memory / 3).to_string();
        job.env.extend([("GOGC".to_owned(), "400".to_owned()), ("GOMEMLIMIT".to_owned(), scarce)]);
    }
    let seed = plan.schedule.as_deref().and_then(explore::seed_of).unwrap_or(plan.deal);
    Ok(Job { dialogue: true, seed, limits: plan.limits.clone(), ..job })
}

/// 128 random bits as hex.
pub(crate) fn token() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system's random source");
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A seed of 53 bits, so that every reader of JSON keeps it exact.
pub(crate) fn random_seed() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the system's random source");
    u64::from_le_bytes(bytes) >> 11
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_news_once_and_again_when_it_first_fails() {
        use TestStatus::{Failed, NotRun, Passed};
        for (before, now, news) in [
            (None, Passed, true),
            (None, Failed, true),
            (None, NotRun, true),
            (Some(Passed), Passed, false),
            (Some(Passed), Failed, true),
            (Some(NotRun), Failed, true),
            (Some(Failed), Failed, false),
            (Some(Failed), Passed, false),
            (Some(Passed), NotRun, false),
        ] {
            assert_eq!(is_news(before, now), news, "{before:?}, then {now:?}");
        }
    }
}
