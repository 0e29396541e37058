//! Gradings as they were recorded: how long their stages took, and what they said meanwhile.

use std::time::Duration;

use assay_core::{
    Event, ExerciseRef, PassName, PassReport, Report, SCHEMA, Slug, Step, TestResult, TestStatus, Usage,
    Verdict,
};

/// How long the stages of one grading took, milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grading {
    /// Reading the files against the policy.
    screen: u64,
    /// Compiling and linking.
    build: u64,
    /// The plain pass and the race pass, which overlap.
    run: u64,
    /// The stress pass with its own build; 0 where something failed before it.
    stress: u64,
}

const fn took(screen: u64, build: u64, run: u64, stress: u64) -> Grading {
    Grading { screen, build, run, stress }
}

/// The `timings` of `assay check --json` for submissions to worker-pool, one at a time on two processors: its six right solutions and every
/// fifth of its wrong ones. `run` is what of `total_ms` is none of the others.
pub(super) const RECORDED: [Grading; 21] = [
    took(40, 1083, 2004, 3156), // actor
    took(43, 787, 783, 3289),   // atomic-state
    took(13, 824, 738, 2864),   // closing-channel
    took(13, 751, 550, 2899),   // on-demand
    took(12, 965, 575, 4354),   // semaphores
    took(34, 2294, 2620, 4998), // two-conds
    took(52, 1926, 1390, 0),    // accepts-while-closing
    took(7, 548, 590, 0),       // callback-for-every-task
    took(12, 490, 376, 0),      // cancels-at-once
    took(10, 526, 357, 0),      // drops-the-queue
    took(8, 396, 511, 0),       // goroutine-per-task
    took(7, 408, 321, 0),       // length-check-then-send
    took(14, 952, 1125, 0),     // nil-task-accepted
    took(382, 1069, 829, 0),    // panic-error-by-value
    took(19, 1180, 1062, 0),    // quit-beats-queue
    took(15, 802, 1199, 0),     // retired-worker
    took(19, 941, 4866, 0),     // second-shutdown-waits-for-the-first
    took(27, 865, 1206, 0),     // silent-drop
    took(37, 1144, 1424, 0),    // task-tied-to-submit-context
    took(7, 381, 486, 0),       // unbounded-queue
    took(7, 460, 375, 0),       // wrong-defaults
];

/// Tests of worker-pool, in each pass.
const TESTS: usize = 41;
/// How many events came at once while the passes ran, and in the stress pass, of `actor`: a step, a plan with the first results, results.
const RUN: [usize; 10] = [1, 7, 35, 19, 1, 1, 1, 2, 14, 5];
const STRESS: [usize; 11] = [1, 2, 7, 3, 1, 3, 13, 6, 2, 1, 4];

/// Events that are stored together, and when: so long after the grading began.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Batch {
    pub(super) at: Duration,
    pub(super) events: Vec<Event>,
}

impl Grading {
    /// From the claim to the verdict.
    pub(super) fn whole(self) -> Duration {
        Duration::from_millis(self.screen + self.build + self.run + self.stress)
    }

    /// What it says, in order.
    pub(super) fn batches(self) -> Vec<Batch> {
        let ms = Duration::from_millis;
        let step = |step| vec![Event::Step { step }];
        let run = self.screen + self.build;
        let mut batches = vec![
            Batch { at: ms(0), events: step(Step::Screen) },
            Batch { at: ms(self.screen), events: step(Step::Build) },
        ];
        batches.extend(spread(Step::Race, PassName::Race, &RUN, ms(run), ms(self.run)));
        if self.stress > 0 {
            let (at, took) = (ms(run + self.run), ms(self.stress));
            batches.extend(spread(Step::Stress, PassName::Stress, &STRESS, at, took));
        }
        batches.push(Batch { at: self.whole(), events: step(Step::Judge) });
        batches
    }
}

/// The events of a stage in so many batches of those sizes, evenly over its time.
fn spread(
    step: Step,
    pass: PassName,
    sizes: &[usize],
    from: Duration,
    took: Duration,
) -> impl Iterator<Item = Batch> {
    let names: Vec<String> = (0..TESTS).map(test_name).collect();
    let mut events = vec![Event::Step { step }, Event::Plan { pass, tests: names.clone() }]
        .into_iter()
        .chain(names.into_iter().cycle().map(move |name| Event::Test {
            pass,
            name,
            status: TestStatus::Passed,
            duration_ms: 12,
        }));
    let each = took / sizes.len() as u32;
    let batches: Vec<Batch> = (0..)
        .zip(sizes)
        .map(|(n, size)| Batch { at: from + each * n, events: events.by_ref().take(*size).collect() })
        .collect();
    batches.into_iter()
}

fn test_name(n: usize) -> String {
    format!("TestEveryAcceptedTaskIsRunOnce{n:02}")
}

/// The mean of all that are recorded.
pub(super) fn mean() -> Duration {
    RECORDED.iter().map(|g| g.whole()).sum::<Duration>() / RECORDED.len() as u32
}

/// The mean of how many events a grading has, and in how many batches.
pub(super) fn mean_events() -> (f64, f64) {
    let all: Vec<Batch> = RECORDED.iter().flat_map(|g| g.batches()).collect();
    let mean = |n: usize| n as f64 / RECORDED.len() as f64;
    (mean(all.iter().map(|b| b.events.len()).sum()), mean(all.len()))
}

/// A report of the size that worker-pool has: three passes, each test in each.
pub(super) fn report(exercise: Slug) -> Report {
    let test = |n| TestResult {
        name: test_name(n),
        status: TestStatus::Passed,
        duration_ms: 12,
        output: String::new(),
        visible: n % 2 == 0,
        runs: 10,
        failures: 0,
    };
    let pass = |name| PassReport {
        name,
        verdict: Verdict::Accepted,
        repetitions: 10,
        schedule: None,
        tests: (0..TESTS).map(test).collect(),
        usage: Usage { wall_ms: 900, cpu_ms: 1400, memory_bytes: 40 << 20 },
    };
    let timings = ["screen_ms", "plain_build_ms", "race_build_ms", "plain_ms", "race_ms", "total_ms"];
    Report {
        schema: SCHEMA.to_owned(),
        exercise: ExerciseRef { slug: exercise, version: "0123456789abcdef".to_owned() },
        verdict: Verdict::Accepted,
        summary: "Accepted: 41 tests passed in every pass".to_owned(),
        passes: [PassName::Plain, PassName::Race, PassName::Stress].map(pass).into(),
        not_run: vec![],
        evidence: vec![],
        figures: vec![],
        vet: vec![],
        seed: 1,
        toolchain: "go1.27.3 linux/amd64".to_owned(),
        timings: timings.map(|name| (name.to_owned(), 1000)).into(),
        observed: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grading_says_what_was_recorded_within_its_time_and_in_order() {
        for grading in RECORDED {
            let batches = grading.batches();
            assert!(batches.is_sorted_by_key(|b| b.at));
            assert_eq!(batches.last().unwrap().at, grading.whole());
            let events: usize = batches.iter().map(|b| b.events.len()).sum();
            let stress = if grading.stress > 0 { 43 } else { 0 };
            assert_eq!(events, 3 + 86 + stress);
        }
        assert!(mean() > Duration::from_secs(2), "{:?}", mean());
    }

    #[test]
    fn the_report_is_as_large_as_a_real_one() {
        let size = serde_json::to_string(&report("worker-pool".parse().unwrap())).unwrap().len();
        assert!((15_000..25_000).contains(&size), "{size}");
    }
}
