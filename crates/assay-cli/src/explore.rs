use std::fmt::Write as _;
use std::time::{Duration, Instant};

use assay_core::Slug;
use assay_go::Diagnostic;
use assay_grade::{Explorable, Search};
use assay_sandbox::{Exit as Ended, Exploration, Explored, Outcome};
use serde_json::{Value, json};

use crate::args::ExploreArgs;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::text::{count, inert, inert_json};
use crate::{engine, folder, out};

/// Bad ends that are listed; a program that ends badly under every seed has told enough.
const LISTED: usize = 20;

/// Run a program under thousands of schedules, or under one of them again.
pub(crate) fn run(args: &ExploreArgs, places: &Places) -> Result<Exit, Problem> {
    folder::must_be_folder(&args.dir)?;
    let slug: Slug = "program".parse().map_err(|e| Problem::input(format!("{e}"), ""))?;
    let submission = folder::read(&args.dir, slug)?;
    let progress = Progress::new();
    let wasi = places.backend.wasi(1, places)?;
    let go = engine::toolchain(places, &progress)?;
    let begun = Instant::now();
    let program = match Explorable::build(&go, &wasi, submission.files())? {
        Ok(program) => program,
        Err(said) => {
            let place = |d: &Diagnostic| d.position.as_ref().map(|p| format!("{}:{}: ", p.file, p.line));
            let said: Vec<String> = said
                .iter()
                .map(|d| inert(&format!("{}{}", place(d).unwrap_or_default(), d.message)))
                .collect();
            return Err(Problem::input(said.join("\n"), "give a folder with a package main that compiles"));
        }
    };
    // Compiles the module.
    let first = program.replay(&go, &wasi, args.first)?;
    let build_ms = begun.elapsed().as_millis() as u64;
    if let Some(seed) = args.replay {
        let runs: Result<Vec<Outcome>, _> =
            (0..args.times).map(|_| program.replay(&go, &wasi, seed)).collect();
        return replayed(args, seed, &runs?);
    }
    let search = Search {
        first: args.first,
        count: args.seeds,
        enough: args.enough,
        time: Duration::from_secs(args.seconds),
        threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
    };
    let found = program.explore(&go, &wasi, search)?;
    drop(first);
    let again = match found.bad.first() {
        Some(bad) => Some(Again::of(bad, |seed| Ok(program.replay(&go, &wasi, seed)?))?),
        None => None,
    };
    let text = if args.json {
        inert_json(&in_json(&found, again.as_ref(), build_ms))
    } else {
        in_words(&found, again.as_ref())
    };
    out::result(&text)?;
    Ok(Exit::when(found.bad.is_empty()))
}

/// Runs of the first bad schedule by itself.
const AGAIN: u32 = 20;

/// Whether the first bad schedule came back when it was run alone.
struct Again {
    /// Runs that ended as the first one, after as many instructions.
    same: u32,
    /// What it said last.
    said: String,
}

impl Again {
    fn of(bad: &Explored, run: impl Fn(u64) -> Result<Outcome, Problem>) -> Result<Again, Problem> {
        let mut again = Again { same: 0, said: String::new() };
        for _ in 0..AGAIN {
            let outcome = run(bad.seed)?;
            let code = match outcome.exit {
                Ended::Code(code) if outcome.killed.is_none() => Some(code),
                _ => None,
            };
            let same = (code, outcome.killed, outcome.usage.fuel) == (bad.exit, bad.killed, Some(bad.fuel));
            again.same += u32::from(same);
            again.said = outcome.stdout.text() + &outcome.stderr.text();
        }
        Ok(again)
    }
}

fn in_json(found: &Exploration, again: Option<&Again>, build_ms: u64) -> Value {
    let bad: Vec<Value> = found
        .bad
        .iter()
        .map(|b| json!({"seed": b.seed, "exit": b.exit, "killed": b.killed, "fuel": b.fuel}))
        .collect();
    let again = again.map(|a| json!({"times": AGAIN, "same": a.same, "said": a.said}));
    json!({
        "runs": found.runs, "bad": bad, "again": again,
        "build_ms": build_ms, "explore_ms": found.millis, "fuel": found.fuel,
    })
}

fn in_words(found: &Exploration, again: Option<&Again>) -> String {
    let mut text = again.map(|a| inert(&a.said)).unwrap_or_default();
    for bad in found.bad.iter().take(LISTED) {
        let end = match (bad.exit, bad.killed) {
            (Some(code), _) => format!("exit status {code}"),
            (None, Some(limit)) => format!("ended by the {limit:?} limit").to_lowercase(),
            (None, None) => "crashed".to_owned(),
        };
        text.push_str(&format!("seed {}: {end} after {} instructions\n", bad.seed, bad.fuel));
    }
    let more = found.bad.len().saturating_sub(LISTED);
    if more > 0 {
        text.push_str(&format!("… and {more} more\n"));
    }
    if let (Some(again), Some(bad)) = (again, found.bad.first()) {
        let _ = writeln!(
            text,
            "seed {} again: {} of {AGAIN} runs were the same; its words are above",
            bad.seed, again.same
        );
    }
    let runs = count(found.runs as usize, "schedule");
    text.push_str(&format!("{runs} in {} ms, {} ended badly\n", found.millis, found.bad.len()));
    text
}

/// Whether every run was the same, and what the first was like.
fn replayed(args: &ExploreArgs, seed: u64, runs: &[Outcome]) -> Result<Exit, Problem> {
    let told = |o: &Outcome| (o.exit, o.killed, o.usage.fuel, o.stdout.clone(), o.stderr.clone());
    let Some(first) = runs.first() else { return Ok(Exit::Good) };
    let same = runs.iter().filter(|run| told(run) == told(first)).count();
    let (stdout, stderr) = (first.stdout.text(), first.stderr.text());
    let exit = match first.exit {
        Ended::Code(code) => Some(code),
        Ended::Signal(_) => None,
    };
    let text = if args.json {
        inert_json(&json!({
            "seed": seed, "times": runs.len(), "same": same, "exit": exit, "killed": first.killed,
            "fuel": first.usage.fuel, "stdout": stdout, "stderr": stderr,
        }))
    } else {
        format!("{}{}{same} of {} runs were the same\n", inert(&stdout), inert(&stderr), runs.len())
    };
    out::result(&text)?;
    Ok(Exit::when(first.succeeded()))
}
