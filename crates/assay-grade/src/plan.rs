//! What a grading will do, worked out before anything runs.

use std::time::Duration;

use assay_content::{Exercise, TestsIn};
use assay_core::PassName;
use assay_go::Flavour;
use assay_sandbox::Limits;

use crate::Scope;
use crate::session::Challenge;

/// One test of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedTest {
    pub(crate) name: String,
    pub(crate) visible: bool,
}

/// One pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PassPlan {
    pub(crate) name: PassName,
    pub(crate) flavour: Flavour,
    /// Challenges in order: every test once, then the repetitions, each in an order of its own. A lane is a row of processes; lanes run
    /// side by side.
    pub(crate) lanes: Vec<Vec<Challenge>>,
    pub(crate) repetitions: u32,
    /// `<mode>:<seed>` for the perturbed scheduler, with `wasm:` before it where it is WebAssembly's.
    pub(crate) schedule: Option<String>,
    /// Whether a test may skip itself.
    pub(crate) may_skip: bool,
    /// Where controls stand and which numbers tests go by.
    pub(crate) deal: u64,
    pub(crate) limits: Limits,
}

impl PassPlan {
    /// The beginning of the same pass: the first `repetitions` of each test, in the same order, so that what depends on the order comes
    /// back and only chance is new.
    pub(crate) fn beginning(&self, tests: usize, repetitions: u32, deal: u64) -> PassPlan {
        let repetitions = repetitions.min(self.repetitions);
        let first =
            self.lanes.first().map(|lane| lane.iter().copied().take(tests * repetitions as usize).collect());
        PassPlan { lanes: first.into_iter().collect(), repetitions, deal, ..self.clone() }
    }

    /// The same pass in one process, with `repetitions` of each test in orders that follow from `seed`.
    pub(crate) fn repeated(&self, tests: usize, repetitions: u32, seed: u64) -> PassPlan {
        let lanes = vec![challenges(tests, repetitions + 1, seed).split_off(tests)];
        PassPlan { lanes, repetitions, deal: SplitMix(!seed).next(), ..self.clone() }
    }
}

/// What the tests' program holds and how it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) tests: Vec<PlannedTest>,
    pub(crate) passes: Vec<PassPlan>,
}

/// The plan for an exercise that is graded by tests.
/// `plain` is the flavour of the plain pass; one in WebAssembly has no race pass beside it.
pub(crate) fn plan(exercise: &Exercise, scope: Scope, plain: Flavour, seed: u64) -> Plan {
    let files = |files: &[assay_content::TestFile], visible| {
        files
            .iter()
            .flat_map(|f| f.tests.iter().map(move |name| PlannedTest { name: name.clone(), visible }))
            .collect::<Vec<_>>()
    };
    let mut tests = files(&exercise.visible, true);
    if scope == Scope::All {
        tests.extend(files(&exercise.hidden, false));
    }
    let pass = |name, flavour, repetitions| PassPlan {
        name,
        flavour,
        lanes: lanes(tests.len(), repetitions, seed),
        repetitions,
        schedule: None,
        may_skip: from_elsewhere(exercise),
        deal: SplitMix(seed ^ flavour as u64).next(),
        limits: limits(exercise, flavour),
    };
    let mut passes = vec![pass(PassName::Plain, plain, exercise.repetitions.plain)];
    if !plain.is_wasm() {
        passes.push(pass(PassName::Race, Flavour::Race, exercise.repetitions.race));
    }
    Plan { tests, passes }
}

/// The process `n` of a stress pass: every test once, in an order and under a schedule that follow from `seed`. Flavours, modes and
/// one or all processors take turns, because each finds what the others miss.
pub(crate) fn stress(exercise: &Exercise, tests: usize, seed: u64, n: u32) -> PassPlan {
    let flavour = if n.is_multiple_of(2) { Flavour::Stress } else { Flavour::StressRace };
    let mode = ["coin", "coin", "pct", "delay"][n as usize / 2 % 4];
    let drawn = SplitMix(seed.wrapping_add(u64::from(n))).next();
    PassPlan {
        name: PassName::Stress,
        flavour,
        lanes: vec![challenges(tests, 2, drawn).split_off(tests)],
        repetitions: 1,
        schedule: Some(format!("{mode}:{}", drawn >> 11)),
        may_skip: from_elsewhere(exercise),
        deal: SplitMix(drawn).next(),
        limits: limits(exercise, flavour),
    }
}

/// Whether schedules of an exercise can be explored: tests from elsewhere may want files.
pub(crate) fn explorable(exercise: &Exercise) -> bool {
    !from_elsewhere(exercise)
}

/// What is explored in WebAssembly: every test once, in an order that follows from `seed`; the schedule is that of the run.
pub(crate) fn explored(exercise: &Exercise, tests: usize, seed: u64) -> PassPlan {
    let drawn = SplitMix(!seed).next();
    PassPlan {
        name: PassName::Stress,
        flavour: Flavour::Wasm,
        lanes: vec![challenges(tests, 2, drawn).split_off(tests)],
        repetitions: 1,
        schedule: None,
        may_skip: false,
        deal: drawn,
        limits: limits(exercise, Flavour::Wasm),
    }
}

/// Whether the tests are as they came, written for the ordinary tool and not for us.
fn from_elsewhere(exercise: &Exercise) -> bool {
    matches!(exercise.tests_in, TestsIn::CandidatesPackage { .. })
}

/// What tests from elsewhere may write, bytes.
const DISK: u64 = 16 << 20;

/// Limits of one process of a pass.
pub(crate) fn limits(exercise: &Exercise, flavour: Flavour) -> Limits {
    let memory = match flavour {
        Flavour::Plain | Flavour::Stress | Flavour::Wasm => exercise.limits.memory,
        // Shadow memory: the RSS of a race program is about 18 MB + 2 × heap, and TSan's own tables come on top (measured).
        Flavour::Race | Flavour::StressRace => 3 * exercise.limits.memory + (256 << 20),
    };
    Limits {
        wall: exercise.limits.wall,
        // Two cores' worth: a busy loop on every core is found by the step limit, not by this backstop.
        cpu: 2 * exercise.limits.wall,
        step: Some(exercise.limits.step),
        idle: Some(exercise.limits.idle),
        memory,
        pids: 128,
        output: 1 << 20,
        disk: if from_elsewhere(exercise) { DISK } else { 0 },
    }
}

/// Repetitions from which a second process at the side saves more time than its start costs.
const WORTH_A_LANE: u32 = 4;

/// The repetitions, halved where there are many: a pass keeps one processor busy, and the pass beside it ends sooner or later.
fn lanes(tests: usize, repetitions: u32, seed: u64) -> Vec<Vec<Challenge>> {
    let all = challenges(tests, repetitions, seed);
    let lanes = if repetitions < WORTH_A_LANE { 1 } else { 2 };
    all.chunks((tests * repetitions.div_ceil(lanes) as usize).max(1)).map(<[Challenge]>::to_vec).collect()
}

/// Every test in source order, then `repetitions - 1` shuffles that follow from `seed`.
fn challenges(tests: usize, repetitions: u32, seed: u64) -> Vec<Challenge> {
    let mut random = SplitMix(seed);
    let mut all: Vec<Challenge> = (0..tests).map(|test| Challenge { test }).collect();
    for _ in 1..repetitions {
        let mut order: Vec<usize> = (0..tests).collect();
        random.shuffle(&mut order);
        all.extend(order.into_iter().map(|test| Challenge { test }));
    }
    all
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, seedable, the same everywhere.
pub(crate) struct SplitMix(pub(crate) u64);

impl SplitMix {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`, which is not 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// Every order alike.
    pub(crate) fn shuffle(&mut self, items: &mut [usize]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// How long the runtime may take for its last words before the kill.
pub(crate) const LAST_WORDS: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_share_the_repetitions_and_lose_none() {
        for repetitions in 1..12 {
            let lanes = lanes(5, repetitions, 7);
            assert_eq!(lanes.len(), if repetitions < WORTH_A_LANE { 1 } else { 2 });
            assert_eq!(lanes.concat(), challenges(5, repetitions, 7));
            assert!(lanes.iter().all(|lane| lane.len().is_multiple_of(5)));
        }
    }

    #[test]
    fn each_repetition_holds_every_test_once_and_follows_from_the_seed() {
        let all = challenges(5, 3, 7);
        assert_eq!(all, challenges(5, 3, 7));
        assert_ne!(all, challenges(5, 3, 8));
        for chunk in all.chunks(5) {
            let mut tests: Vec<usize> = chunk.iter().map(|c| c.test).collect();
            tests.sort_unstable();
            assert_eq!(tests, [0, 1, 2, 3, 4]);
        }
    }
}
