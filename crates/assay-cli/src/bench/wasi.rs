//! `assay bench wasi`: what WebAssembly costs, beside the native program in the other box in the same run.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use assay_content::Exercise;
use assay_core::{SourceFile, Submission};
use assay_go::{ALLOWED_IMPORTS, Built, Flavour, Go, LANGUAGE, Library, Package, Program};
use assay_grade::{Explorable, Grader, Options, Search};
use assay_sandbox::{Entry, Job, Limits, Sandbox, Seeds, Silent, Source, Wasi};
use serde::Serialize;

use super::figures::{Figures, median, round};
use crate::args::WasiBenchArgs;
use crate::backend::Backend;
use crate::engine;
use crate::exit::Exit;
use crate::out;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::shelf::Shelf;
use crate::text::{BOLD, inert_json, paint};

/// What is graded from source to verdict.
const EXERCISE: &str = "select-deadlock";

/// Runs of the row of seeds.
const SEEDS: u64 = 1000;

#[derive(Debug, Serialize)]
struct Answer {
    /// Compile and link of the same program for each machine.
    build_native: Figures,
    build_wasm: Figures,
    /// First run of a module, which compiles it, less a later run.
    compile_module_ms: f64,
    /// A run of a module that is compiled, and of the native program in the jail.
    run_wasm: Figures,
    run_native: Option<Figures>,
    /// A thousand seeds of that program in one worker.
    thousand_seeds_ms: f64,
    /// An instance of an empty module, from nothing to its end: what a run costs beside its own program.
    instance_ms: f64,
    /// From source to a proven deadlock, nothing native of it, module not compiled before.
    source_to_deadlock: Figures,
    skipped: Vec<String>,
}

/// Measure and say.
pub(super) fn run(args: &WasiBenchArgs, places: &Places) -> Result<Exit, Problem> {
    let progress = Progress::new();
    let go = Arc::new(engine::toolchain(places, &progress)?);
    let shelf = Shelf::open(places)?;
    let exercise = shelf.get(&EXERCISE.parse().map_err(|e| Problem::input(format!("{e}"), ""))?)?.clone();
    let wasi = Backend::Wasi.wasi(2, places)?;
    let (jail, skipped) = match Backend::Jail.open(2, places) {
        Ok(jail) => (Some(jail), vec![]),
        Err(problem) => (None, vec![format!("native runs: {}", problem.what)]),
    };
    let bench = Bench { go, exercise, wasi, jail, rounds: args.rounds as usize };
    let answer = bench.answer(&progress, skipped)?;
    drop(progress);
    out::result(&if args.json { inert_json(&answer) } else { human(&answer) })?;
    Ok(Exit::Good)
}

struct Bench {
    go: Arc<Go>,
    exercise: Arc<Exercise>,
    wasi: Arc<Wasi>,
    jail: Option<Arc<dyn Sandbox>>,
    rounds: usize,
}

impl Bench {
    fn answer(&self, progress: &Progress, skipped: Vec<String>) -> Result<Answer, Problem> {
        progress.step("building", 0, 4);
        let (mut native, mut wasm) = (vec![], vec![]);
        for n in 0..self.rounds {
            native.push(timed(|| self.built(Flavour::Plain, n))?.0);
            wasm.push(timed(|| self.built(Flavour::Wasm, n))?.0);
        }
        progress.step("running", 1, 4);
        let (mut cold, mut warm, mut boxed) = (vec![], vec![], vec![]);
        for n in 0..self.rounds {
            let module = self.built(Flavour::Wasm, 1000 + n)?;
            let first = timed(|| ran(&*self.wasi, &module))?.0;
            let again = timed(|| ran(&*self.wasi, &module))?.0;
            cold.push((first.saturating_sub(again)).as_secs_f64() * 1000.0);
            warm.push(again);
            if let Some(jail) = &self.jail {
                let program = self.built(Flavour::Plain, 1000 + n)?;
                boxed.push(timed(|| ran(&**jail, &program))?.0);
            }
        }
        progress.step("exploring", 2, 4);
        let thousand = self.explored()?;
        let instance = self.instances()?;
        progress.step("grading", 3, 4);
        let mut graded = vec![];
        for n in 0..self.rounds {
            graded.push(self.graded(n)?);
        }
        Ok(Answer {
            build_native: Figures::of(&native),
            build_wasm: Figures::of(&wasm),
            compile_module_ms: round(median(&cold)),
            run_wasm: Figures::of(&warm),
            run_native: (!boxed.is_empty()).then(|| Figures::of(&boxed)),
            thousand_seeds_ms: round(thousand),
            instance_ms: round(instance),
            source_to_deadlock: Figures::of(&graded),
            skipped,
        })
    }

    /// The exercise's first right solution, changed in its number `n`, so that nothing was made before.
    fn files(&self, n: usize) -> Vec<SourceFile> {
        let mut files = self.exercise.solutions.first().map(|s| s.files.clone()).unwrap_or_default();
        if let Some(file) = files.first_mut() {
            file.content.push_str(&format!("\nvar changed{n} = {n}\n\nfunc init() {{ changed{n}++ }}\n"));
        }
        files
    }

    fn built(&self, flavour: Flavour, n: usize) -> Result<Program, Problem> {
        let files = self.files(n);
        let sources: Vec<(String, &str)> =
            files.iter().map(|f| (format!("submission/{}", f.path), f.content.as_str())).collect();
        let package = Package {
            path: "main",
            files: &sources.iter().map(|(at, text)| (at.as_str(), *text)).collect::<Vec<_>>(),
            language: LANGUAGE,
            library: Library::Only(ALLOWED_IMPORTS),
            dependencies: &[],
        };
        let unbuilt = || Problem::input(format!("the solution of {EXERCISE} does not build"), "");
        let around: &dyn Sandbox = self.jail.as_deref().unwrap_or(&*self.wasi);
        let Built::Done(main) = self.go.compile(around, flavour, &package)? else { return Err(unbuilt()) };
        let Built::Done(program) = self.go.link(around, flavour, &main, &[])? else { return Err(unbuilt()) };
        Ok(program)
    }

    /// Milliseconds for a thousand seeds.
    fn explored(&self) -> Result<f64, Problem> {
        let explorable = Explorable::build(&self.go, &self.wasi, &self.files(0))?;
        let Ok(program) = explorable else {
            return Err(Problem::input(format!("the solution of {EXERCISE} does not build"), ""));
        };
        program.replay(&self.go, &self.wasi, 1)?;
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let time = Duration::from_mins(5);
        let search = Search { first: 1, count: SEEDS, enough: u64::MAX, time, threads };
        Ok(program.explore(&self.go, &self.wasi, search)?.millis as f64)
    }

    /// Milliseconds for an instance that does nothing.
    fn instances(&self) -> Result<f64, Problem> {
        let at =
            || "prog".parse().map_err(|e: assay_sandbox::BoxPathError| Problem::input(e.to_string(), ""));
        let source = Source::Bytes(Wasi::LEAST.to_vec());
        let entries = vec![Entry { at: at()?, source }];
        let job = Job { entries, limits: Limits::default(), ..Job::new(at()?) };
        let count = 20_000;
        let seeds = Seeds {
            first: 1,
            count,
            variable: ("SEED".into(), vec![String::new()]),
            script: vec![],
            answers: vec![],
            enough: u64::MAX,
            millis: 300_000,
            threads: 1,
        };
        Ok(self.wasi.explore(&job, &seeds)?.millis as f64 / count as f64)
    }

    /// From source to verdict. A backend of its own: no module is kept from before.
    fn graded(&self, n: usize) -> Result<Duration, Problem> {
        let grader = Grader::portable(self.go.clone(), self.wasi.clone());
        let submission = Submission::new(self.exercise.slug.clone(), self.files(2000 + n))
            .map_err(|e| Problem::input(e.to_string(), ""))?;
        let (time, report) =
            timed(|| Ok(grader.grade(&self.exercise, &submission, Options::default(), &|_| {})?))?;
        if report.verdict != assay_core::Verdict::Accepted {
            return Err(Problem::input(format!("the solution of {EXERCISE} is {}", report.verdict), ""));
        }
        Ok(time)
    }
}

fn timed<T>(work: impl FnOnce() -> Result<T, Problem>) -> Result<(Duration, T), Problem> {
    let begun = Instant::now();
    let made = work()?;
    Ok((begun.elapsed(), made))
}

fn ran(sandbox: &dyn Sandbox, program: &Program) -> Result<(), Problem> {
    let at = "prog".parse().map_err(|e| Problem::input(format!("{e}"), ""))?;
    let source = Source::Bytes(program.0.clone());
    let entries = vec![Entry { at: "prog".parse().map_err(|e| Problem::input(format!("{e}"), ""))?, source }];
    let outcome = sandbox.run(&Job { entries, ..Job::new(at) }, &mut Silent)?;
    match outcome.exit {
        assay_sandbox::Exit::Code(2) => Ok(()), // the runtime found the deadlock
        other => Err(Problem::input(format!("the program ended with {other:?}"), "")),
    }
}

fn human(answer: &Answer) -> String {
    let mut text = String::new();
    let mut row = |what: &str, figures: &Figures| {
        let Figures { median_ms, p95_ms, n, .. } = figures;
        let _ = writeln!(text, "{what:<44} {median_ms:>9.1} ms   p95 {p95_ms:>9.1} ms   of {n}");
    };
    row("compile and link, native", &answer.build_native);
    row("compile and link, WebAssembly", &answer.build_wasm);
    row("run in the box wasi, module compiled before", &answer.run_wasm);
    if let Some(native) = &answer.run_native {
        row("run in the jail", native);
    }
    row("from source to a proven deadlock", &answer.source_to_deadlock);
    let mut line = |what: &str, ms: f64| {
        let _ = writeln!(text, "{what:<44} {ms:>9.3} ms");
    };
    line("compiling a module", answer.compile_module_ms);
    line("a thousand seeds", answer.thousand_seeds_ms);
    line("an instance, beside its own program", answer.instance_ms);
    for skipped in &answer.skipped {
        let _ = writeln!(text, "skipped: {skipped}");
    }
    format!("{}\n{text}", paint(BOLD, "WebAssembly"))
}
