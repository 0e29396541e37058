use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Evidence, Figure, Observation, Slug, Verdict, VetFinding};

/// The name of the report's form.
pub const SCHEMA: &str = "assay.report/1";

/// Which exercise was graded, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExerciseRef {
    /// Its name.
    pub slug: Slug,
    /// Content key of the folder: hex of the first 8 bytes of SHA-256 over its files.
    pub version: String,
}

/// One way of running the same tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PassName {
    /// As the compiler builds it.
    Plain,
    /// Under the race detector.
    Race,
    /// Repeated under perturbed schedules, plain and with the race detector in turn.
    Stress,
    /// Benchmarks, measured beside a reference; where the exercise has budgets.
    Bench,
}

impl PassName {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            PassName::Plain => "plain",
            PassName::Race => "race",
            PassName::Stress => "stress",
            PassName::Bench => "bench",
        }
    }
}

impl fmt::Display for PassName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How one test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TestStatus {
    /// It passed.
    Passed,
    /// It failed, or the process ended inside it.
    Failed,
    /// It never ran because something ended the pass before.
    NotRun,
}

/// One test in one pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestResult {
    /// Name of the Go function.
    pub name: String,
    /// How it ended: the worst of all repetitions.
    pub status: TestStatus,
    /// Longest repetition, milliseconds of wall time.
    pub duration_ms: u64,
    /// What it and the code under it printed, at most 16 KiB.
    pub output: String,
    /// Whether the candidate can read the test's source.
    #[serde(default)]
    pub visible: bool,
    /// How often it was run.
    #[serde(default)]
    pub runs: u32,
    /// How many of those it failed.
    #[serde(default)]
    pub failures: u32,
}

/// What a pass used: wall summed over its processes; memory is the largest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// Milliseconds.
    pub wall_ms: u64,
    /// User and system, milliseconds.
    pub cpu_ms: u64,
    /// Peak, bytes.
    pub memory_bytes: u64,
}

/// One pass of a grading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PassReport {
    /// Which.
    pub name: PassName,
    /// Its own verdict.
    pub verdict: Verdict,
    /// How often the tests were repeated.
    pub repetitions: u32,
    /// The schedule under which it failed, `<mode>:<seed>` of the perturbed scheduler; stress pass only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// Each expected test, in source order.
    pub tests: Vec<TestResult>,
    /// What it used.
    pub usage: Usage,
}

/// A pass that this grading should have had and could not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotRun {
    /// Which.
    pub name: PassName,
    /// What is missing, and where it could be had.
    pub reason: String,
}

/// Milliseconds by stage, e.g. `screen_ms`, `build_ms`, `plain_ms`, `race_ms`, `total_ms`.
pub type Timings = BTreeMap<String, u64>;

/// What a grading found: the one form that page, terminal and export are made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// What was graded.
    pub exercise: ExerciseRef,
    /// The verdict.
    pub verdict: Verdict,
    /// One sentence.
    pub summary: String,
    /// Every pass that ran.
    pub passes: Vec<PassReport>,
    /// Every pass that could not run on this machine, and why: the verdict does not speak of what they would have shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_run: Vec<NotRun>,
    /// The proof, worst first.
    pub evidence: Vec<Evidence>,
    /// What each budget allows and what was measured, whether it holds or not; bench pass only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<Figure>,
    /// What `go vet` says of the candidate's package, in the order of the lines, at most 20. The verdict does not depend on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub vet: Vec<VetFinding>,
    /// What every random choice of the grading came from.
    pub seed: u64,
    /// E.g. `go1.27.3 linux/amd64`.
    pub toolchain: String,
    /// Where the time went.
    pub timings: Timings,
    /// What one more run looked like, if that was asked for. The verdict does not depend on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<Observation>,
}

/// The JSON Schema of [`Report`].
pub fn report_schema() -> serde_json::Value {
    schemars::schema_for!(Report).to_value()
}
