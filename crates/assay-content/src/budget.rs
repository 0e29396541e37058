//! `[[budget]]` of `exercise.toml`: what an iteration of a benchmark may cost.

use std::path::Path;

use assay_core::Verdict;

use crate::error::Problems;
use crate::exercise::{Against, Budget, Budgets, TestFile, Variant};
use crate::gosource::benchmark_functions;
use crate::section::{At, Section};

/// Most allocations of an iteration that a budget can allow.
const MOST_ALLOCS: u32 = 1_000_000;
/// Most bytes.
const MOST_BYTES: u32 = 1 << 30;
/// Smallest and largest share of the reference's time. A smaller one could not be told from nothing.
const RATIOS: (f64, f64) = (0.01, 100.0);

/// One `[[budget]]` as it stands in the file, with the lines that may be at fault.
pub(crate) struct Declared {
    benchmark: At<String>,
    allocs: Option<u32>,
    bytes: Option<u32>,
    time_ratio: Option<f64>,
    against: Option<At<String>>,
}

/// Reads every `[[budget]]`.
pub(crate) fn declared(top: &mut Section<'_>) -> Vec<Declared> {
    let sections = top.sections("budget").into_iter();
    sections.filter_map(one).collect()
}

fn one(mut s: Section<'_>) -> Option<Declared> {
    if !s.holds_any(&["allocs", "bytes", "time_ratio"]) {
        s.fault(None, "this budget limits nothing; give `allocs`, `bytes` or `time_ratio`".into());
    }
    let benchmark = s.text("benchmark", "the benchmark it is for, e.g. `benchmark = \"BenchmarkSubmit\"`");
    let allocs = s.within("allocs", 0, MOST_ALLOCS).map(|at| at.value);
    let bytes = s.within("bytes", 0, MOST_BYTES).map(|at| at.value);
    let time_ratio = s.ratio("time_ratio", RATIOS.0, RATIOS.1);
    let against = s.optional_text("against");
    s.finish();
    Some(Declared { benchmark: benchmark?, allocs, bytes, time_ratio, against })
}

/// A benchmark of an exercise.
pub(crate) struct Benchmark {
    /// `visible` or `hidden`.
    folder: &'static str,
    file: String,
    line: u32,
    pub(crate) name: String,
    /// Whether it takes a lone `*testing.B`.
    fits: bool,
}

/// Every benchmark of both folders.
pub(crate) fn benchmarks(visible: &[TestFile], hidden: &[TestFile]) -> Vec<Benchmark> {
    let folders = [("visible", visible), ("hidden", hidden)];
    let files = folders.iter().flat_map(|(folder, files)| files.iter().map(move |f| (*folder, f)));
    let of = |(folder, f): (&'static str, &TestFile)| {
        let (file, functions) = (f.name.as_str().to_owned(), benchmark_functions(&f.content));
        let one = functions.into_iter().map(|b| Benchmark {
            folder,
            file: file.clone(),
            line: b.line,
            name: b.name.to_owned(),
            fits: b.fits,
        });
        one.collect::<Vec<_>>()
    };
    files.flat_map(of).collect()
}

/// What budgets are looked up in.
pub(crate) struct Lookup<'a> {
    /// The exercise's folder.
    pub(crate) path: &'a Path,
    pub(crate) benchmarks: &'a [Benchmark],
    pub(crate) solutions: &'a [Variant],
    /// What the start is declared to come to.
    pub(crate) start: Verdict,
    pub(crate) problems: &'a Problems,
}

impl Lookup<'_> {
    /// Every benchmark has one budget, and every budget a benchmark.
    pub(crate) fn budgets(&self, declared: &[Declared]) -> Option<Budgets> {
        let manifest = self.path.join("exercise.toml");
        let mut each: Vec<Budget> = Vec::new();
        for d in declared {
            let At { line, value: name } = &d.benchmark;
            let shown = name.escape_debug();
            if each.iter().any(|b| b.benchmark == *name) {
                let message = format!("`{shown}` has a budget already; put its limits into one `[[budget]]`");
                self.problems.at_line(&manifest, *line, message);
            } else if let Some(found) = self.benchmarks.iter().find(|b| b.name == *name) {
                each.push(Budget {
                    benchmark: name.clone(),
                    visible: found.folder == "visible",
                    allocs: d.allocs,
                    bytes: d.bytes,
                    time_thousandths: d.time_ratio.map(|ratio| (ratio * 1000.0).round() as u32),
                });
            } else {
                let message = format!("no benchmark is called `{shown}` in visible/ or hidden/");
                self.problems.at_line(&manifest, *line, message);
            }
        }
        self.refuse_unbounded(declared);
        let against = self.against(&manifest, declared);
        (!each.is_empty()).then_some(Budgets { against, each })
    }

    /// A benchmark without a budget would run for nobody.
    fn refuse_unbounded(&self, declared: &[Declared]) {
        for Benchmark { folder, file, line, name, fits } in self.benchmarks {
            let file = self.path.join(folder).join(file);
            if !fits {
                let message = format!(
                    "`{name}` must take a lone `b *testing.B` to be run as a benchmark; change or rename it"
                );
                self.problems.at_line(&file, *line, message);
            }
            if declared.iter().all(|d| d.benchmark.value != *name) {
                let message = format!(
                    "`{name}` has no budget; give it a `[[budget]]` with `benchmark = \"{name}\"` in exercise.toml, or take it out"
                );
                self.problems.at_line(&file, *line, message);
            }
        }
    }

    /// What to measure against: one for all, so that one program is built and run beside the candidate's.
    fn against(&self, manifest: &Path, declared: &[Declared]) -> Against {
        let mut named = declared.iter().filter_map(|d| d.against.as_ref());
        let Some(first) = named.next() else {
            return match (self.start, self.solutions.first()) {
                (Verdict::Budget, _) | (_, None) => Against::Start,
                (_, Some(solution)) => Against::Solution(solution.name.clone()),
            };
        };
        for other in named.filter(|other| other.value != first.value) {
            let message = format!(
                "`against` is `{}` in line {}; all budgets of an exercise are measured against the same",
                first.value.escape_debug(),
                first.line
            );
            self.problems.at_line(manifest, other.line, message);
        }
        if first.value == "start" {
            return Against::Start;
        }
        if self.solutions.iter().all(|s| s.name != first.value) {
            let shown = first.value.escape_debug();
            let message = format!("`against` is `{shown}`; it is `start` or a folder of solutions/");
            self.problems.at_line(manifest, first.line, message);
        }
        Against::Solution(first.value.clone())
    }
}
