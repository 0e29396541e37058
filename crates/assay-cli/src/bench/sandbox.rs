//! `assay bench sandbox`: what a box costs, beside plain starts and other sandboxes in the same run.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use assay_go::Flavour;
use assay_sandbox::host::Tool;
use assay_sandbox::{Job, Limits, Sandbox, Silent, Source};
use serde::Serialize;

use super::figures::{Figures, median, round};
use super::peers;
use crate::args::SandboxBenchArgs;
use crate::attack::{Unmade, Workshop};
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::text::{BOLD, DIM, inert_json, paint};
use crate::{engine, out};

/// A program that does nothing.
const TRIVIAL: &str = "int main() { return 0; }";
/// Starts it for a second in fresh namespaces.
const NAMESPACES: &str = include_str!("namespaces.c");
const GO: &str = "package main\n\nfunc main() {}\n";
/// How large the server is made to be.
const LARGE: usize = 512 << 20;

#[derive(Debug, Serialize)]
struct Answer {
    backend: &'static str,
    slots: usize,
    programs: Vec<Program>,
    resident: Resident,
    saturated: Saturated,
    skipped: Vec<String>,
}

/// One program by all who can run it, interleaved.
#[derive(Debug, Serialize)]
struct Program {
    program: &'static str,
    contenders: Vec<Contender>,
}

#[derive(Debug, Serialize)]
struct Contender {
    name: String,
    #[serde(flatten)]
    figures: Figures,
    /// Its median by that of `posix_spawn`.
    ratio: f64,
    ratio_of_min: f64,
}

/// The box from a small server and from a large one, in turns.
#[derive(Debug, Serialize)]
struct Resident {
    small: Figures,
    large_512_mb: Figures,
    ratio: f64,
}

/// All slots busy, against as many threads that start the program without a box, in turns of a second. What the kernel needs for fresh
/// namespaces alone stands beside it: the most that any box made of them can reach.
#[derive(Debug, Serialize)]
struct Saturated {
    boxed_per_second: f64,
    spawned_per_second: f64,
    /// Of `spawned_per_second`.
    share: f64,
    /// Nothing where this user may not make namespaces.
    namespaces_per_second: Option<f64>,
    /// The most that `share` can be.
    namespaces_share: Option<f64>,
}

/// Measure and say.
pub(super) fn run(args: SandboxBenchArgs, places: &Places) -> Result<Exit, Problem> {
    let slots = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let sandbox = places.backend.open(slots, places)?;
    let progress = Progress::new();
    let mut workshop = Workshop::open(engine::toolchain(places, &progress))?;
    let (mut programs, mut skipped) = (vec![], vec![]);
    let trivial = workshop
        .c(TRIVIAL)
        .map_err(|unmade| Problem::input(why(unmade), "the measurement starts with it"))?;
    let rounds = args.rounds as usize;
    progress.step("static C", 0, 5);
    programs.push(compare("static C", &trivial, &*sandbox, rounds)?);
    for (name, flavour) in [("Go", Flavour::Plain), ("Go with race detector", Flavour::Race)] {
        progress.step(name, programs.len(), 5);
        match workshop.go_program(GO, flavour, &*sandbox) {
            // The detector's second of sleep at the end would hide what is measured.
            Ok(mut job) => {
                job.env.push(("GORACE".to_owned(), "atexit_sleep_ms=0".to_owned()));
                programs.push(compare(name, &job, &*sandbox, rounds)?);
            }
            Err(unmade) => skipped.push(format!("{name}: {}", why(unmade))),
        }
    }
    progress.step("a large server", 3, 5);
    let resident = resident(&trivial, &*sandbox, rounds)?;
    progress.step("all slots", 4, 5);
    let namespaces = workshop.c(NAMESPACES).ok().map(|job| host_path(&job));
    let saturated = saturated(&trivial, &*sandbox, namespaces.as_deref())?;
    drop(progress);
    let missing = ["bwrap", "nsjail", "isolate", "crun", "runc", "runsc"]
        .into_iter()
        .filter(|n| peers::in_path(n).is_none());
    skipped.extend(missing.map(|name| format!("{name}: not installed")));
    let answer = Answer { backend: sandbox.name(), slots, programs, resident, saturated, skipped };
    out::result(&if args.json { inert_json(&answer) } else { human(&answer) })?;
    Ok(Exit::Good)
}

fn why(unmade: Unmade) -> String {
    let (Unmade::Lacks(why) | Unmade::Failed(why)) = unmade;
    why
}

fn host_path(job: &Job) -> PathBuf {
    match job.entries.first().map(|entry| &entry.source) {
        Some(Source::Host(path)) => path.clone(),
        _ => PathBuf::new(),
    }
}

/// A race program finds its loader by a relative path.
fn bare(job: &Job) -> Tool {
    let loader = job.entries.iter().find(|entry| entry.at.as_str() == "lib").map(|entry| &entry.source);
    let program = host_path(job);
    let tool = match loader {
        Some(Source::Host(lib)) => Tool::new(lib.join("ld.so")).args([
            "--library-path".as_ref(),
            lib.as_os_str(),
            program.as_os_str(),
        ]),
        _ => Tool::new(program),
    };
    job.env.iter().fold(tool, |tool, (name, value)| tool.env(name, value))
}

fn timed(what: impl FnOnce() -> Result<bool, Problem>, name: &str) -> Result<Duration, Problem> {
    let start = Instant::now();
    let good = what()?;
    let took = start.elapsed();
    if good {
        Ok(took)
    } else {
        Err(Problem::input(format!("{name} did not run the program"), "run it by hand to see why"))
    }
}

fn boxed(job: &Job, sandbox: &dyn Sandbox) -> Result<Duration, Problem> {
    timed(|| Ok(sandbox.run(job, &mut Silent)?.succeeded()), sandbox.name())
}

fn spawned(tool: &Tool, name: &str) -> Result<Duration, Problem> {
    timed(|| Ok(tool.run_bare()? == assay_sandbox::Exit::Code(0)), name)
}

/// Everybody in turn, `rounds` times, after a warm-up that also leaves out who cannot run it at all.
fn compare(
    program: &'static str,
    job: &Job,
    sandbox: &dyn Sandbox,
    rounds: usize,
) -> Result<Program, Problem> {
    let job = Job { limits: Limits { wall: Duration::from_mins(1), ..Limits::default() }, ..job.clone() };
    let bare = bare(&job);
    let peers = if job.entries.len() == 1 { peers::installed(Path::new(&host_path(&job))) } else { vec![] };
    let peers: Vec<_> = peers.into_iter().filter(|peer| spawned(&peer.tool, peer.name).is_ok()).collect();
    let mut times: Vec<Vec<Duration>> = vec![vec![]; 2 + peers.len()];
    for round in 0..rounds + 3 {
        let mut all = vec![spawned(&bare, "posix_spawn")?, boxed(&job, sandbox)?];
        for peer in &peers {
            all.push(spawned(&peer.tool, peer.name)?);
        }
        if round >= 3 {
            times.iter_mut().zip(all).for_each(|(times, time)| times.push(time));
        }
    }
    let names = ["posix_spawn", sandbox.name()].into_iter().chain(peers.iter().map(|peer| peer.name));
    let base = Figures::of(&times[0]);
    let contender = |(name, times): (&str, &Vec<Duration>)| {
        let figures = Figures::of(times);
        Contender {
            name: name.to_owned(),
            figures,
            ratio: round(figures.median_ms / base.median_ms),
            ratio_of_min: round(figures.min_ms / base.min_ms),
        }
    };
    Ok(Program { program, contenders: names.zip(&times).map(contender).collect() })
}

/// In blocks of ten, so that both meet the same load.
fn resident(job: &Job, sandbox: &dyn Sandbox, rounds: usize) -> Result<Resident, Problem> {
    let (mut small, mut large) = (vec![], vec![]);
    for _ in 0..rounds.div_ceil(10) {
        for _ in 0..10 {
            small.push(boxed(job, sandbox)?);
        }
        let memory = std::hint::black_box(vec![1_u8; LARGE]);
        for _ in 0..10 {
            large.push(boxed(job, sandbox)?);
        }
        drop(std::hint::black_box(memory));
    }
    let (small, large) = (Figures::of(&small), Figures::of(&large));
    Ok(Resident { small, large_512_mb: large, ratio: round(large.median_ms / small.median_ms) })
}

fn saturated(job: &Job, sandbox: &dyn Sandbox, namespaces: Option<&Path>) -> Result<Saturated, Problem> {
    const TURNS: usize = 7;
    let tool = bare(job);
    let (mut boxes, mut spawns, mut floors) = (vec![], vec![], vec![]);
    for _ in 0..TURNS {
        boxes.push(per_second(sandbox.slots(), || boxed(job, sandbox))?);
        spawns.push(per_second(sandbox.slots(), || spawned(&tool, "posix_spawn"))?);
        floors.extend(namespaces.and_then(|by| fresh_namespaces(sandbox.slots(), by, &host_path(job))));
    }
    let (boxed, spawned) = (median(&boxes), median(&spawns));
    let floor = (!floors.is_empty()).then(|| median(&floors));
    Ok(Saturated {
        boxed_per_second: round(boxed),
        spawned_per_second: round(spawned),
        share: round(boxed / spawned),
        namespaces_per_second: floor.map(round),
        namespaces_share: floor.map(|floor| round(floor / spawned)),
    })
}

/// What as many copies of the program at `by` as there are slots say together.
fn fresh_namespaces(slots: usize, by: &Path, program: &Path) -> Option<f64> {
    let one = || Tool::new(by).arg(program).run_ok().ok()?.text().trim().parse::<f64>().ok();
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..slots).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|one| one.join().expect("workers do not panic")).sum()
    })
}

fn per_second(threads: usize, one: impl Fn() -> Result<Duration, Problem> + Sync) -> Result<f64, Problem> {
    let begin = Instant::now();
    let until = begin + Duration::from_secs(1);
    let runs: Result<Vec<usize>, Problem> = std::thread::scope(|scope| {
        let worker = || -> Result<usize, Problem> {
            let mut runs = 0;
            while Instant::now() < until {
                one()?;
                runs += 1;
            }
            Ok(runs)
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().expect("workers do not panic")).collect()
    });
    Ok(runs?.into_iter().sum::<usize>() as f64 / begin.elapsed().as_secs_f64())
}

fn human(answer: &Answer) -> String {
    let mut text = String::new();
    for program in &answer.programs {
        let _ = writeln!(text, "{}", paint(BOLD, program.program));
        for one in &program.contenders {
            let Figures { min_ms, median_ms, p95_ms, .. } = one.figures;
            let _ = writeln!(
                text,
                "  {:<12} median {median_ms:>8.2} ms  min {min_ms:>8.2}  p95 {p95_ms:>8.2}  × {:.1} (min × {:.1})",
                one.name, one.ratio, one.ratio_of_min
            );
        }
    }
    let Resident { small, large_512_mb, ratio } = &answer.resident;
    let (small, large) = (small.median_ms, large_512_mb.median_ms);
    let _ = writeln!(text, "server of 512 MB: {large:.2} ms against {small:.2} ms, × {ratio:.2}");
    let Saturated { boxed_per_second, spawned_per_second, share, .. } = &answer.saturated;
    let _ = writeln!(
        text,
        "all slots: {boxed_per_second:.0} runs a second against {spawned_per_second:.0} plain, {:.0} %",
        share * 100.0
    );
    let Saturated { namespaces_per_second, namespaces_share, .. } = &answer.saturated;
    if let (Some(floor), Some(share)) = (namespaces_per_second, namespaces_share) {
        let _ = writeln!(
            text,
            "fresh namespaces alone: {floor:.0} runs a second, {:.0} %: the most that a box made of them can reach",
            share * 100.0
        );
    }
    for skipped in &answer.skipped {
        let _ = writeln!(text, "{}", paint(DIM, &format!("skipped {skipped}")));
    }
    text
}
