//! Tests as rows, passes as columns.

use assay_core::{PassReport, TestResult};

use super::shown::Shown;
use super::units;
use super::verdict::Sign;
use crate::language::say;

/// The table of tests.
pub(crate) struct Matrix {
    pub(crate) passes: Vec<Pass>,
    pub(crate) rows: Vec<TestRow>,
}

/// The head of a column, and what the pass came to.
pub(crate) struct Pass {
    pub(crate) name: &'static str,
    pub(crate) sign: Sign,
    pub(crate) repetitions: u32,
    /// `7/11`
    pub(crate) passed: String,
    pub(crate) wall: String,
    pub(crate) cpu: String,
    pub(crate) memory: String,
}

/// One test.
pub(crate) struct TestRow {
    pub(crate) name: Shown,
    pub(crate) visible: bool,
    /// One for each pass; none where the pass does not have the test.
    pub(crate) cells: Vec<Option<Cell>>,
    /// What it printed, by pass, under a title each.
    pub(crate) outputs: Vec<(String, Shown)>,
}

/// How a test ended in a pass.
pub(crate) struct Cell {
    pub(crate) sign: Sign,
    /// Milliseconds; none when it did not run.
    pub(crate) ms: Option<u64>,
}

impl Matrix {
    /// Rows in the order of the first pass that has them.
    pub(crate) fn of(passes: &[PassReport]) -> Matrix {
        let mut names: Vec<&TestResult> = Vec::new();
        for t in passes.iter().flat_map(|p| &p.tests) {
            if !names.iter().any(|n| n.name == t.name) {
                names.push(t);
            }
        }
        let find = |p: &PassReport, name: &str| p.tests.iter().find(|t| t.name == name).cloned();
        let rows = names.into_iter().map(|first| TestRow {
            name: Shown::new(&first.name),
            visible: first.visible,
            cells: passes.iter().map(|p| find(p, &first.name).map(|t| cell(&t))).collect(),
            outputs: passes
                .iter()
                .filter_map(|p| Some((output_of(p, first), Shown::new(&find(p, &first.name)?.output))))
                .filter(|(_, output)| !output.is_empty())
                .collect(),
        });
        Matrix { rows: rows.collect(), passes: passes.iter().map(pass).collect() }
    }
}

fn output_of(pass: &PassReport, test: &TestResult) -> String {
    let name = Shown::new(&test.name);
    say("matrix-output").with("test", name.as_str()).with("pass", pass.name.name()).to_string()
}

fn cell(t: &TestResult) -> Cell {
    let ran = t.status != assay_core::TestStatus::NotRun;
    Cell { sign: t.status.into(), ms: ran.then_some(t.duration_ms) }
}

fn pass(p: &PassReport) -> Pass {
    let passed = p.tests.iter().filter(|t| t.status == assay_core::TestStatus::Passed).count();
    let ms = |n| units::duration(std::time::Duration::from_millis(n));
    Pass {
        name: p.name.name(),
        sign: p.verdict.into(),
        repetitions: p.repetitions,
        passed: format!("{passed}/{}", p.tests.len()),
        wall: ms(p.usage.wall_ms),
        cpu: ms(p.usage.cpu_ms),
        memory: units::bytes(p.usage.memory_bytes),
    }
}
