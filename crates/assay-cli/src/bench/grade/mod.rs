//! `assay bench grade`: a whole grading beside `go test` on the same files, in turns, the code changed every time so that no cache
//! answers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use assay_content::Exercise;
use assay_core::{Event, SourceFile, Submission, Verdict};
use assay_grade::{Grader, Options};
use assay_sandbox::host::Tool;
use serde::Serialize;

mod meter;

use super::figures::{Figures, round};
use meter::Meter;
use crate::args::GradeBenchArgs;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::shelf::Shelf;
use crate::text::{BOLD, inert_json, paint};
use crate::{engine, out};

/// Repetitions in each pass, as a take-home has them. The stress pass is a budget of time, not a cost, and is left out.
const PLAIN: u32 = 3;
const RACE: u32 = 10;

#[derive(Debug, Serialize)]
struct Answer {
    /// Median of a whole grading by that of `go test -race`, of the first exercise.
    ratio_to_go_test_race: f64,
    exercises: Vec<Measured>,
}

#[derive(Debug, Serialize)]
struct Measured {
    exercise: String,
    solution: String,
    ratio_to_go_test_race: f64,
    /// To `go test -race` without vet and without the detector's sleep at the end.
    ratio_to_lean_go_test_race: f64,
    contenders: BTreeMap<&'static str, Figures>,
    /// Medians of the report's own timings, milliseconds.
    stages_ms: BTreeMap<String, u64>,
}

/// Ways of testing that take turns.
const WAYS: [(&str, &[&str], &str); 3] = [
    ("go test", &["test", "-count=1"], ""),
    ("go test -race", &["test", "-race", "-count=1"], ""),
    (
        "go test -race -vet=off, no exit sleep",
        &["test", "-race", "-vet=off", "-count=1"],
        "atexit_sleep_ms=0",
    ),
];

/// Measure and say.
pub(super) fn run(args: GradeBenchArgs, places: &Places) -> Result<Exit, Problem> {
    let shelf = Shelf::open(places)?;
    let progress = Progress::new();
    let meter = std::sync::Arc::new(Meter::around(places.backend.open(2, places)?));
    let grader = Grader::new(std::sync::Arc::new(engine::toolchain(places, &progress)?), meter.clone());
    let go = engine::toolchain(places, &progress)?.root().join("bin/go");
    let mut exercises = vec![];
    for slug in &args.slugs {
        let exercise = shelf.get(slug)?;
        exercises.push(measure(exercise, &meter, &grader, &go, places, args.rounds, &progress)?);
    }
    drop(progress);
    let ratio_to_go_test_race = exercises.first().map_or(f64::NAN, |first| first.ratio_to_go_test_race);
    let answer = Answer { ratio_to_go_test_race, exercises };
    out::result(&if args.json { inert_json(&answer) } else { human(&answer) })?;
    Ok(Exit::Good)
}

fn measure(
    exercise: &Exercise,
    meter: &Meter,
    grader: &Grader,
    go: &Path,
    places: &Places,
    rounds: u32,
    progress: &Progress,
) -> Result<Measured, Problem> {
    let mut exercise = exercise.clone();
    exercise.repetitions.plain = PLAIN;
    exercise.repetitions.race = RACE;
    exercise.repetitions.stress = Duration::ZERO;
    let solution = exercise.solutions.first().cloned();
    let Some(solution) = solution.filter(|_| !exercise.visible.is_empty()) else {
        let what = format!("{} has no solution that `go test` could test", exercise.slug);
        return Err(Problem::input(what, "choose an exercise that is graded by tests"));
    };
    let mut times: BTreeMap<&'static str, Vec<Duration>> = BTreeMap::new();
    let mut stages: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for round in 0..=rounds {
        progress.step(&format!("{} in turns", exercise.slug), round as usize, rounds as usize + 1);
        let files = changed(&solution.files, round);
        let module = module(&exercise, &files)?;
        meter.take();
        let one = graded(&exercise, grader, files)?;
        for r in meter.take() { eprintln!("{round} {:?} race={} from {:?} took {:?} cpu {:?} mem {}", r.stage, r.race, r.from, r.took, r.cpu, r.memory >> 20); }
        eprintln!("whole {:?}", one.whole);
        let mut all = vec![("assay", one.whole), ("assay, first result", one.first)];
        for (name, args, gorace) in WAYS {
            all.push((name, tested(go, args, gorace, module.path(), places)?));
        }
        all.push(("assay, compile error", refused(&exercise, grader, round)?));
        // The first round fills caches on both sides.
        if round > 0 {
            for (name, time) in all {
                times.entry(name).or_default().push(time);
            }
            for (stage, ms) in one.stages {
                stages.entry(stage).or_default().push(ms);
            }
        }
    }
    let contenders: BTreeMap<_, _> = times.iter().map(|(name, times)| (*name, Figures::of(times))).collect();
    let ratio = |to: &str| round_ratio(contenders["assay"].median_ms, contenders[to].median_ms);
    Ok(Measured {
        exercise: exercise.slug.to_string(),
        solution: solution.name,
        ratio_to_go_test_race: ratio(WAYS[1].0),
        ratio_to_lean_go_test_race: ratio(WAYS[2].0),
        contenders,
        stages_ms: stages.into_iter().map(|(stage, ms)| (stage, middle(ms))).collect(),
    })
}

fn round_ratio(a: f64, b: f64) -> f64 {
    round(a / b)
}

fn middle(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The same code with something in the body of its last function that is new to every cache.
fn changed(files: &[SourceFile], round: u32) -> Vec<SourceFile> {
    let stamp =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_nanos();
    let mut files = files.to_vec();
    for file in &mut files {
        let begins = |line: &str| line.starts_with("func ") && line.ends_with("{\n");
        let mut at = 0;
        let ends: Vec<usize> = file
            .content
            .split_inclusive('\n')
            .filter_map(|line| {
                at += line.len();
                begins(line).then_some(at)
            })
            .collect();
        if let Some(end) = ends.last() {
            file.content.insert_str(*end, &format!("\t_ = \"{round} {stamp}\"\n"));
        }
    }
    files
}

/// A module that holds the files and all tests, for the bare tool.
fn module(exercise: &Exercise, files: &[SourceFile]) -> Result<tempfile::TempDir, Problem> {
    let folder =
        tempfile::tempdir().map_err(|e| Problem::path("use", Path::new("the temporary folder"), &e))?;
    let go_mod = format!("module assay.test/{}\n\ngo {}\n", exercise.package, exercise.language);
    let own = files.iter().map(|f| (f.path.as_str(), &f.content));
    let tests = exercise.visible.iter().chain(&exercise.hidden).map(|f| (f.name.as_str(), &f.content));
    for (name, text) in own.chain(tests).chain([("go.mod", &go_mod)]) {
        let path = folder.path().join(name);
        fs::write(&path, text).map_err(|e| Problem::path("write", &path, &e))?;
    }
    Ok(folder)
}

/// How long one grading took.
struct Graded {
    whole: Duration,
    first: Duration,
    stages: BTreeMap<String, u64>,
}

fn graded(exercise: &Exercise, grader: &Grader, files: Vec<SourceFile>) -> Result<Graded, Problem> {
    let submission = submission(exercise, files)?;
    let first = OnceLock::new();
    let begun = Instant::now();
    let report = grader.grade(exercise, &submission, Options::default(), &|event| {
        if matches!(event, Event::Test { .. }) {
            first.get_or_init(|| begun.elapsed());
        }
    })?;
    let whole = begun.elapsed();
    if report.verdict != Verdict::Accepted {
        let what = format!("a right solution of {} is {}: {}", exercise.slug, report.verdict, report.summary);
        return Err(Problem::input(what, "prove the exercise"));
    }
    Ok(Graded { whole, first: first.get().copied().unwrap_or(whole), stages: report.timings })
}

/// Until the compiler's words are there.
fn refused(exercise: &Exercise, grader: &Grader, round: u32) -> Result<Duration, Problem> {
    let mut files = changed(&exercise.start, round);
    if let Some(first) = files.first_mut() {
        first.content.push_str("\nvar _ int = \"no number\"\n");
    }
    let submission = submission(exercise, files)?;
    let begun = Instant::now();
    let report = grader.grade(exercise, &submission, Options::default(), &|_| {})?;
    let took = begun.elapsed();
    match report.verdict {
        Verdict::CompileError => Ok(took),
        other => Err(Problem::input(format!("what does not compile is {other}"), "report this")),
    }
}

fn submission(exercise: &Exercise, files: Vec<SourceFile>) -> Result<Submission, Problem> {
    Submission::new(exercise.slug.clone(), files).map_err(|e| Problem::input(e.to_string(), "report this"))
}

fn tested(
    go: &Path,
    args: &[&str],
    gorace: &str,
    module: &Path,
    places: &Places,
) -> Result<Duration, Problem> {
    let cache = places.tools.join("bench-cache");
    let tool = Tool::new(go)
        .args(args)
        .cwd(module)
        .keep_env(&["PATH", "HOME"])
        .env("GOCACHE", cache)
        .env("GOTOOLCHAIN", "local")
        .env("GOPROXY", "off")
        .env("GOFLAGS", "-mod=mod");
    let tool = if gorace.is_empty() { tool } else { tool.env("GORACE", gorace) };
    let begun = Instant::now();
    tool.run_ok()?;
    Ok(begun.elapsed())
}

fn human(answer: &Answer) -> String {
    let mut text = String::new();
    for one in &answer.exercises {
        let _ = writeln!(text, "{} ({})", paint(BOLD, &one.exercise), one.solution);
        for (name, Figures { min_ms, median_ms, p95_ms, .. }) in &one.contenders {
            let _ = writeln!(
                text,
                "  {name:<40} median {median_ms:>8.0} ms  min {min_ms:>8.0}  p95 {p95_ms:>8.0}"
            );
        }
        let stages: Vec<String> = one
            .stages_ms
            .iter()
            .map(|(stage, ms)| format!("{} {ms}", stage.trim_end_matches("_ms")))
            .collect();
        let _ = writeln!(text, "  stages, ms: {}", stages.join(" · "));
        let _ = writeln!(
            text,
            "  × {:.2} of go test -race, × {:.2} of it without vet and exit sleep",
            one.ratio_to_go_test_race, one.ratio_to_lean_go_test_race
        );
    }
    text
}
