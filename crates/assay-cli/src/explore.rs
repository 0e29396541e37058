use std::time::{Duration, Instant};

use assay_core::Slug;
use assay_grade::{Explorable, Search};
use assay_sandbox::{Exit as Ended, Exploration, Outcome};
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
            let said: Vec<String> = said.iter().map(|d| inert(&d.message)).collect();
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
    let text = if args.json { inert_json(&in_json(&found, build_ms)) } else { in_words(&found) };
    out::result(&text)?;
    Ok(Exit::when(found.bad.is_empty()))
}

fn in_json(found: &Exploration, build_ms: u64) -> Value {
    let bad: Vec<Value> = found
        .bad
        .iter()
        .map(|b| json!({"seed": b.seed, "exit": b.exit, "killed": b.killed, "fuel": b.fuel}))
        .collect();
    json!({"runs": found.runs, "bad": bad, "build_ms": build_ms, "explore_ms": found.millis, "fuel": found.fuel})
}

fn in_words(found: &Exploration) -> String {
    let mut text = String::new();
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
