//! `assay bench grade`: from the call of the API to the verdict, beside `go test` on the same files, in turns, the code changed every time so
//! that no cache answers. Everything stands in one run; trust the ratios.

mod go_test;
mod meter;
mod picture;
mod queue;
mod saturated;
mod site;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use assay_content::Exercise;
use assay_core::{Event, SourceFile};
use assay_go::Go;
use assay_grade::Grader;
use serde::Serialize;

use super::burden;
use super::figures::{Figures, median, round};
use crate::args::GradeBenchArgs;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::shelf::Shelf;
use crate::text::{BOLD, inert_json, paint};
use crate::{engine, out};
use go_test::Bare;
use meter::{Meter, Run};
use site::{Site, lost};

/// Repetitions in each pass, as a take-home has them. The stress pass is a budget of time, not a cost, and is left out.
const PLAIN: u32 = 3;
const RACE: u32 = 10;
/// How many may wait; nothing here is about a full queue.
const MOST_WAITING: usize = 64;
/// Rounds with an empty file cache, and starts of a server: each takes seconds.
const FEW_ROUNDS: u32 = 5;

#[derive(Debug, Serialize)]
struct Answer {
    /// Median from the call to the verdict by that of `go test -race`, of the first exercise.
    ratio_to_go_test_race: f64,
    exercises: Vec<Measured>,
    /// Of the first exercise, as all that follows.
    cold: Option<Cold>,
    restart: Option<Restart>,
    saturated: Vec<saturated::Saturated>,
    dispatcher: Option<queue::Dispatch>,
    memory: Memory,
    skipped: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Measured {
    exercise: String,
    solution: String,
    ratio_to_go_test_race: f64,
    /// To `go test -race` without vet and without the detector's sleep at the end.
    ratio_to_lean_go_test_race: f64,
    /// Until the first test's result was read, by `go test -race`.
    ratio_of_first_evidence: f64,
    contenders: BTreeMap<&'static str, Figures>,
    /// Medians, milliseconds: each kind of box, from its start to its end.
    stages_ms: BTreeMap<String, f64>,
    /// The same in processor time.
    stages_cpu_ms: BTreeMap<String, f64>,
    /// Median of what passes while no compiler, linker, screener or test runs, by the time in which one does.
    overhead: f64,
    /// Medians of processor time, seconds: of all boxes' programs.
    cpu_seconds: f64,
    #[serde(skip)]
    runs: Vec<Run>,
}

/// Nothing in the file cache, before either.
#[derive(Debug, Serialize)]
struct Cold {
    assay: Figures,
    go_test_race: Figures,
    ratio: f64,
}

/// A server that has just started: its first submission and its tenth.
#[derive(Debug, Serialize)]
struct Restart {
    first: Figures,
    tenth: Figures,
    ratio: f64,
}

#[derive(Debug, Serialize)]
struct Memory {
    /// Resident, bytes.
    server: u64,
    helpers: Vec<u64>,
    /// Most that a box took, by what it did.
    boxes: BTreeMap<String, u64>,
}

/// What is measured with.
struct Lab<'a> {
    places: &'a Places,
    progress: &'a Progress,
    go: Arc<Go>,
    bare: Bare,
    rounds: u32,
}

impl Lab<'_> {
    /// A grader with a meter, in a sandbox of its own, for so many gradings at a time.
    fn grader(&self, at_once: usize) -> Result<(Grader, Arc<Meter>), Problem> {
        let inner = self.places.backend.open(at_once * engine::BOXES_A_GRADING, self.places)?;
        let meter = Arc::new(Meter::around(inner));
        Ok((Grader::new(self.go.clone(), meter.clone()), meter))
    }
}

/// Measure and say.
pub(super) fn run(args: GradeBenchArgs, places: &Places) -> Result<Exit, Problem> {
    let shelf = Shelf::open(places)?;
    let progress = Progress::new();
    let go = Arc::new(engine::toolchain(places, &progress)?);
    let bare = Bare::new(go.root().join("bin/go"), places);
    let lab = Lab { places, progress: &progress, go, bare, rounds: args.rounds };
    let exercises = args
        .slugs
        .iter()
        .map(|slug| shelf.get(slug).map(|e| as_measured(e)))
        .collect::<Result<Vec<_>, _>>()?;
    let Some(first) = exercises.first() else {
        return Err(Problem::input("no exercise", "name one".to_owned()));
    };
    // What cannot be measured or written is said before minutes are spent on the rest.
    for exercise in &exercises {
        solution(exercise)?;
    }
    if let Some(path) = &args.picture {
        fs::write(path, "").map_err(|e| Problem::path("write", path, &e))?;
    }
    let (grader, meter) = lab.grader(1)?;
    let site = Site::start(&exercises, grader, 1, MOST_WAITING)?;
    let mut measured = vec![];
    for exercise in &exercises {
        measured.push(measure(&lab, &site, &meter, exercise)?);
    }
    let mut answer = Answer {
        ratio_to_go_test_race: measured.first().map_or(f64::NAN, |m| m.ratio_to_go_test_race),
        memory: memory(&measured),
        exercises: measured,
        cold: None,
        restart: None,
        saturated: vec![],
        dispatcher: None,
        skipped: vec![],
    };
    if args.quick {
        answer.skipped.push("all but single gradings: --quick".into());
    } else {
        match cold(&lab, &site, first)? {
            Ok(cold) => answer.cold = Some(cold),
            Err(why) => answer.skipped.push(why),
        }
        drop(site);
        let (events, report) = recorded(&lab, first)?;
        answer.restart = Some(restart(&lab, first)?);
        answer.saturated = saturated::all(&lab, first)?;
        answer.dispatcher = Some(queue::dispatch(first, &events, &report, &progress)?);
    }
    drop(progress);
    if let Some(path) = &args.picture {
        let picture = answer.exercises.first().map(picture::draw).unwrap_or_default();
        fs::write(path, picture).map_err(|e| Problem::path("write", path, &e))?;
    }
    out::result(&if args.json { inert_json(&answer) } else { human(&answer) })?;
    Ok(Exit::Good)
}

/// The exercise with the repetitions of a take-home.
fn as_measured(exercise: &Exercise) -> Exercise {
    let mut exercise = exercise.clone();
    exercise.repetitions.plain = PLAIN;
    exercise.repetitions.race = RACE;
    exercise.repetitions.stress = Duration::ZERO;
    exercise
}

fn measure(lab: &Lab<'_>, site: &Site, meter: &Meter, exercise: &Exercise) -> Result<Measured, Problem> {
    let solution = solution(exercise)?;
    let mut times: BTreeMap<&'static str, Vec<Duration>> = BTreeMap::new();
    let mut rounds: Vec<(Duration, Vec<Run>)> = vec![];
    for n in 0..=lab.rounds {
        lab.progress.step(&format!("{} in turns", exercise.slug), n as usize, lab.rounds as usize + 1);
        let files = changed(&solution.1, n);
        let module = go_test::module(exercise, &files)?;
        meter.take();
        let one = accepted(exercise, site.verdict(exercise, &files)?)?;
        let runs = meter.take();
        let other = accepted(exercise, site.verdict(exercise, &redeclared(&files, n))?)?;
        let mut all = vec![
            ("assay", one.whole),
            ("assay, first result", one.first),
            ("assay, new declarations", other.whole),
            ("assay, compile error", refused(exercise, site, n)?),
        ];
        for way in [go_test::PLAIN, go_test::RACE, go_test::LEAN] {
            all.push((way.name, lab.bare.tested(&way, module.path())?));
        }
        // The first round fills caches on both sides.
        if n > 0 {
            for (name, time) in all {
                times.entry(name).or_default().push(time);
            }
            rounds.push((one.whole, runs));
        }
    }
    let contenders: BTreeMap<_, _> = times.iter().map(|(name, times)| (*name, Figures::of(times))).collect();
    let ratio = |what: &str, to: &str| round(contenders[what].median_ms / contenders[to].median_ms);
    let overheads: Vec<f64> = rounds.iter().map(|(whole, runs)| meter::overhead(*whole, runs)).collect();
    let cpu: Vec<f64> =
        rounds.iter().map(|(_, runs)| runs.iter().map(|r| r.cpu.as_secs_f64()).sum()).collect();
    Ok(Measured {
        exercise: exercise.slug.to_string(),
        solution: solution.0,
        ratio_to_go_test_race: ratio("assay", go_test::RACE.name),
        ratio_to_lean_go_test_race: ratio("assay", go_test::LEAN.name),
        ratio_of_first_evidence: ratio("assay, first result", go_test::RACE.name),
        stages_ms: meter::stages(rounds.iter().map(|(_, runs)| &runs[..]), |run| run.took),
        stages_cpu_ms: meter::stages(rounds.iter().map(|(_, runs)| &runs[..]), |run| run.cpu),
        overhead: round(median(&overheads)),
        cpu_seconds: round(median(&cpu)),
        runs: middle(rounds),
        contenders,
    })
}

/// What ran in the round of the median time.
fn middle(mut rounds: Vec<(Duration, Vec<Run>)>) -> Vec<Run> {
    rounds.sort_by_key(|(whole, _)| *whole);
    let middle = rounds.len() / 2;
    rounds.into_iter().nth(middle).map(|(_, runs)| runs).unwrap_or_default()
}

fn solution(exercise: &Exercise) -> Result<(String, Vec<SourceFile>), Problem> {
    let solution = exercise.solutions.first().filter(|_| !exercise.visible.is_empty());
    solution.map(|s| (s.name.clone(), s.files.clone())).ok_or_else(|| {
        let what = format!("{} has no solution that `go test` could test", exercise.slug);
        Problem::input(what, "choose an exercise that is graded by tests")
    })
}

fn accepted(exercise: &Exercise, one: site::Verdict) -> Result<site::Verdict, Problem> {
    let report = &one.report;
    if report.verdict == assay_core::Verdict::Accepted {
        return Ok(one);
    }
    let what = format!("a right solution of {} is {}: {}", exercise.slug, report.verdict, report.summary);
    Err(Problem::input(what, "prove the exercise"))
}

/// Until the compiler's words are there.
fn refused(exercise: &Exercise, site: &Site, n: u32) -> Result<Duration, Problem> {
    let mut files = changed(&exercise.start, n);
    if let Some(first) = files.first_mut() {
        first.content.push_str("\nvar _ int = \"no number\"\n");
    }
    let one = site.verdict(exercise, &files)?;
    match one.report.verdict {
        assay_core::Verdict::CompileError => Ok(one.whole),
        other => Err(lost(format!("what does not compile is {other}"))),
    }
}

/// The same code with something in the body of its last function that is new to every cache.
fn changed(files: &[SourceFile], n: u32) -> Vec<SourceFile> {
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
            file.content.insert_str(*end, &format!("\t_ = \"{n} {}\"\n", stamp()));
        }
    }
    files
}

/// The same code with one declaration more, so that tests compiled against those before do not fit.
fn redeclared(files: &[SourceFile], n: u32) -> Vec<SourceFile> {
    let mut files = files.to_vec();
    if let Some(first) = files.first_mut() {
        let _ = write!(first.content, "\ntype stamp{n}x{} struct{{}}\n", stamp());
    }
    files
}

fn stamp() -> u128 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_nanos()
}

/// Both with nothing in the file cache; why not, where this user may not empty it.
fn cold(lab: &Lab<'_>, site: &Site, exercise: &Exercise) -> Result<Result<Cold, String>, Problem> {
    let empty = || fs::write("/proc/sys/vm/drop_caches", "3");
    let (mut assay, mut race) = (vec![], vec![]);
    for n in 0..FEW_ROUNDS {
        lab.progress.step("with a cold file cache", n as usize, FEW_ROUNDS as usize);
        let files = changed(&solution(exercise)?.1, n);
        let module = go_test::module(exercise, &files)?;
        if let Err(e) = empty() {
            return Ok(Err(format!("a cold file cache: /proc/sys/vm/drop_caches: {e}")));
        }
        assay.push(accepted(exercise, site.verdict(exercise, &files)?)?.whole);
        empty().map_err(|e| lost(format!("/proc/sys/vm/drop_caches: {e}")))?;
        race.push(lab.bare.tested(&go_test::RACE, module.path())?);
    }
    let (assay, go_test_race) = (Figures::of(&assay), Figures::of(&race));
    Ok(Ok(Cold { assay, go_test_race, ratio: round(assay.median_ms / go_test_race.median_ms) }))
}

/// Servers that are started anew, each with its first ten submissions.
fn restart(lab: &Lab<'_>, exercise: &Exercise) -> Result<Restart, Problem> {
    let (mut first, mut tenth) = (vec![], vec![]);
    for n in 0..FEW_ROUNDS {
        lab.progress.step("after a restart", n as usize, FEW_ROUNDS as usize);
        // The toolchain is read anew too.
        let go = Arc::new(engine::toolchain(lab.places, lab.progress)?);
        let sandbox = lab.places.backend.open(engine::BOXES_A_GRADING, lab.places)?;
        let site = Site::start(std::slice::from_ref(exercise), Grader::new(go, sandbox), 1, MOST_WAITING)?;
        for m in 1..=10 {
            let files = changed(&solution(exercise)?.1, m);
            let whole = accepted(exercise, site.verdict(exercise, &files)?)?.whole;
            match m {
                1 => first.push(whole),
                10 => tenth.push(whole),
                _ => {}
            }
        }
    }
    let (first, tenth) = (Figures::of(&first), Figures::of(&tenth));
    Ok(Restart { first, tenth, ratio: round(first.median_ms / tenth.median_ms) })
}

/// The events and the report of one grading.
fn recorded(lab: &Lab<'_>, exercise: &Exercise) -> Result<(Vec<Event>, assay_core::Report), Problem> {
    let events = std::sync::Mutex::new(vec![]);
    let submission = assay_core::Submission::new(exercise.slug.clone(), solution(exercise)?.1)
        .map_err(|e| lost(e.to_string()))?;
    let report =
        lab.grader(1)?.0.grade(exercise, &submission, assay_grade::Options::default(), &|event| {
            events.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(event);
        })?;
    Ok((events.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner), report))
}

fn memory(measured: &[Measured]) -> Memory {
    let mut boxes: BTreeMap<String, u64> = BTreeMap::new();
    for run in measured.iter().flat_map(|m| &m.runs) {
        let most = boxes.entry(run.name()).or_default();
        *most = run.memory.max(*most);
    }
    Memory { server: burden::resident(), helpers: burden::resident_children(), boxes }
}

fn human(answer: &Answer) -> String {
    let mut text = String::new();
    for one in &answer.exercises {
        let _ = writeln!(text, "{} ({})", paint(BOLD, &one.exercise), one.solution);
        for (name, figures) in &one.contenders {
            let _ = writeln!(text, "{}", line(name, figures));
        }
        for (what, stages) in [("boxes, ms", &one.stages_ms), ("processor, ms", &one.stages_cpu_ms)] {
            let stages: Vec<String> = stages.iter().map(|(stage, ms)| format!("{stage} {ms:.0}")).collect();
            let _ = writeln!(text, "  {what}: {}", stages.join(" · "));
        }
        let _ = writeln!(
            text,
            "  × {:.2} of go test -race, × {:.2} of it without vet and exit sleep; first evidence × {:.2}; {:.0} % beside the boxes; {:.2} s of processor time",
            one.ratio_to_go_test_race,
            one.ratio_to_lean_go_test_race,
            one.ratio_of_first_evidence,
            one.overhead * 100.0,
            one.cpu_seconds
        );
    }
    if let Some(Cold { assay, go_test_race, ratio }) = &answer.cold {
        let _ = writeln!(text, "{}", line("cold file cache", assay));
        let _ = writeln!(text, "{}\n  × {ratio:.2}", line("cold file cache, go test -race", go_test_race));
    }
    if let Some(Restart { first, tenth, ratio }) = &answer.restart {
        let _ = writeln!(text, "{}", line("first after a restart", first));
        let _ = writeln!(text, "{}\n  × {ratio:.2}", line("tenth after a restart", tenth));
    }
    answer.saturated.iter().for_each(|s| text.push_str(&s.human()));
    answer.dispatcher.iter().for_each(|d| text.push_str(&d.human()));
    let Memory { server, helpers, boxes } = &answer.memory;
    let mib = |bytes: u64| format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20));
    let boxes: Vec<String> = boxes.iter().map(|(name, most)| format!("{name} {}", mib(*most))).collect();
    let _ = writeln!(
        text,
        "  memory: server {}, {} helpers of {}; boxes: {}",
        mib(*server),
        helpers.len(),
        mib(helpers.iter().copied().max().unwrap_or_default()),
        boxes.join(" · ")
    );
    for why in &answer.skipped {
        let _ = writeln!(text, "  skipped: {why}");
    }
    text
}

fn line(name: &str, Figures { min_ms, median_ms, p95_ms, .. }: &Figures) -> String {
    format!("  {name:<40} median {median_ms:>8.0} ms  min {min_ms:>8.0}  p95 {p95_ms:>8.0}")
}
