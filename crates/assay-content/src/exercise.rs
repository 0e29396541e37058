use std::time::Duration;

use assay_core::{FileName, PassName, Slug, SourceFile, Verdict};
use serde::{Deserialize, Serialize};

use crate::equivalent::Equivalent;

/// What the candidate is asked to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A package against a given API.
    Implement,
    /// A fix of a given buggy package.
    Repair,
    /// A program that shows a phenomenon.
    Exhibit,
}

/// What an `exhibit` program must show; proven by the runtime, never by what it prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phenomenon", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Phenomenon {
    /// Every goroutine asleep, at least `selects` of them inside a `select` of two or more communication cases.
    SelectDeadlock {
        /// Least number of goroutines blocked in such a `select`.
        selects: u32,
    },
    /// Prints exactly `line` and exits 0 in each of `runs` plain runs, and the race detector reports a race whose both
    /// accesses lie in the candidate's code.
    SilentRace {
        /// The one line of output.
        line: String,
        /// Plain runs.
        runs: u32,
        /// Most runs under the detector until it reports.
        race_runs: u32,
    },
}

/// What an exercise allows a submission to use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExerciseLimits {
    /// One process of a pass, start to end.
    pub wall: Duration,
    /// One test.
    pub step: Duration,
    /// No CPU used for so long inside a test: taken for a deadlock and looked at.
    pub idle: Duration,
    /// Bytes, plain; the race pass gets three times as much plus 256 MiB (race RSS is about 18 MB + 2 × heap, measured).
    pub memory: u64,
}

/// How often the tests of a pass are repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repetitions {
    /// Times in the plain pass.
    pub plain: u32,
    /// Times in the race pass.
    pub race: u32,
    /// Time for repetitions under perturbed schedules; zero for none.
    pub stress: Duration,
    /// Schedules that are explored in WebAssembly besides, where boxes are native. Compiling the module takes a second.
    pub seeds: u32,
}

/// What one iteration of a benchmark may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Name of the Go function, `BenchmarkXxx`.
    pub benchmark: String,
    /// Whether the candidate can read its source.
    pub visible: bool,
    /// Most allocations.
    pub allocs: Option<u32>,
    /// Most bytes allocated.
    pub bytes: Option<u32>,
    /// Most processor time, in thousandths of what the reference takes in the same grading.
    pub time_thousandths: Option<u32>,
}

/// What benchmarks are measured against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Against {
    /// What the candidate begins with.
    Start,
    /// A right solution, by its folder's name.
    Solution(String),
}

/// The budgets of an exercise, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budgets {
    /// The reference of all of them.
    pub against: Against,
    /// In the order of `exercise.toml`, one a benchmark.
    pub each: Vec<Budget>,
}

/// A `_test.go` file of ours and the tests in it, in source order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestFile {
    /// Its name.
    pub name: FileName,
    /// Its text.
    pub content: String,
    /// The `TestXxx` functions.
    pub tests: Vec<String>,
}

/// Where the tests stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestsIn {
    /// In a package of their own, `<package>_test`, which imports the candidate's.
    OwnPackage,
    /// In the candidate's package, as they came from elsewhere. They may skip themselves, and they run in a writable folder that
    /// holds the candidate's files. What stands in one package with the tests can reach into them: such tests are for practice.
    CandidatesPackage {
        /// Files of the exercise that join the package besides the tests.
        support: Vec<SourceFile>,
    },
}

impl TestsIn {
    /// Files of the exercise that are of the candidate's package.
    pub fn support(&self) -> &[SourceFile] {
        match self {
            TestsIn::OwnPackage => &[],
            TestsIn::CandidatesPackage { support } => support,
        }
    }
}

/// What a folder of code must come to when it is graded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expect {
    /// The verdict.
    pub verdict: Verdict,
    /// Tests that must fail, exactly these; empty means any.
    pub tests: Vec<String>,
    /// A phrase of the summary or of some evidence.
    pub phrase: Option<String>,
    /// Verdicts of single passes, where they matter (a race that plain runs do not show).
    pub passes: Vec<(PassName, Verdict)>,
}

impl Expect {
    /// Whether grading refuses the code before it runs.
    pub fn is_refused_before_running(&self) -> bool {
        matches!(self.verdict, Verdict::Rejected | Verdict::CompileError)
    }
}

/// A right or wrong solution with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Folder name.
    pub name: String,
    /// The design or the mistake, one sentence.
    pub about: String,
    /// The code.
    pub files: Vec<SourceFile>,
    /// What grading must say.
    pub expect: Expect,
}

impl Exercise {
    /// The code that benchmarks are measured against and its name; none without budgets.
    pub fn budget_reference(&self) -> Option<(&str, &[SourceFile])> {
        match &self.budgets.as_ref()?.against {
            Against::Start => Some(("start", &self.start)),
            Against::Solution(name) => {
                self.solutions.iter().find(|s| s.name == *name).map(|s| (s.name.as_str(), &s.files[..]))
            }
        }
    }
}

/// Everything about one exercise. Made only by loading a folder, which refuses what does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exercise {
    /// Folder name.
    pub slug: Slug,
    /// Content key: hex of the first 8 bytes of SHA-256 over names and contents of all files.
    pub version: String,
    /// For people.
    pub title: String,
    /// One sentence for the catalogue.
    pub summary: String,
    /// What is asked.
    pub kind: Kind,
    /// Part of the interview it belongs to, e.g. `Advanced Go mastery`.
    pub part: String,
    /// Question it proves, e.g. `Q2`.
    pub question: String,
    /// Words to find it by.
    pub topics: Vec<String>,
    /// Minutes a senior engineer needs.
    pub minutes: u32,
    /// Go package name; imported by tests as `assay.test/<package>`. `main` for exhibits.
    pub package: String,
    /// Version of the Go language that the code is compiled as, e.g. `1.27`.
    pub language: String,
    /// Where the tests stand.
    pub tests_in: TestsIn,
    /// Packages the candidate may import besides the standard allow-list.
    pub imports: Vec<String>,
    /// Limits.
    pub limits: ExerciseLimits,
    /// Repetitions.
    pub repetitions: Repetitions,
    /// What benchmarks may cost, if there are any.
    pub budgets: Option<Budgets>,
    /// For `exhibit` only.
    pub phenomenon: Option<Phenomenon>,
    /// Markdown.
    pub prompt: String,
    /// Markdown, in order.
    pub hints: Vec<String>,
    /// Markdown shown after acceptance, if there is one.
    pub debrief: Option<String>,
    /// What the candidate begins with.
    pub start: Vec<SourceFile>,
    /// What grading the start must say.
    pub start_expect: Expect,
    /// Tests the candidate can read; they run in grading too. None for exhibits.
    pub visible: Vec<TestFile>,
    /// Tests the candidate never sees. None for exhibits.
    pub hidden: Vec<TestFile>,
    /// Right solutions.
    pub solutions: Vec<Variant>,
    /// Wrong solutions.
    pub wrong: Vec<Variant>,
    /// Mutants of the right solutions that are right as well.
    pub equivalent: Vec<Equivalent>,
}
