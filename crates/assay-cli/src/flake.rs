use std::fmt::Write as _;
use std::time::Instant;

use assay_content::{Exercise, Flakes};
use assay_core::Verdict;
use assay_grade::{Flaking, Repeated};
use serde::Serialize;

use crate::args::FlakeArgs;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::shelf::Shelf;
use crate::text::{BAD, BOLD, DIM, GOOD, count, inert, inert_json, millis, paint};
use crate::{engine, figures, out};

/// Look for tests that right solutions fail now and then.
pub(crate) fn run(args: &FlakeArgs, places: &Places) -> Result<Exit, Problem> {
    let shelf = Shelf::open(places)?;
    let exercises = shelf.chosen(&args.chosen)?;
    let kept = args.keep.then(|| places.writable_content()).transpose()?;
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let at_once = processors * args.load as usize;
    let grader = engine::grader(places, at_once.div_ceil(engine::BOXES_A_GRADING), &Progress::new())?;
    let mut all = Vec::new();
    for exercise in exercises {
        let begun = Instant::now();
        let progress = Progress::new();
        let done = |done: usize, all: usize, who: &str| {
            progress.step(&format!("{} · {who}", exercise.slug), done, all);
        };
        let how = Flaking { iterations: args.iterations, at_once, seed: args.seed, done: &done };
        let solutions = assay_grade::flake(&grader, exercise, &how)?;
        drop(progress);
        let flaked = Flaked::new(exercise, solutions, begun.elapsed().as_millis() as u64);
        if let Some(content) = kept.as_ref().filter(|_| flaked.iterations > 0) {
            let Flaked { iterations, failures, .. } = flaked;
            figures::keep(content, &flaked.slug, |figure| {
                figure.flakes = Some(Flakes { iterations, failures });
            })?;
        }
        all.push(flaked);
    }
    out::result(&if args.json { inert_json(&all) } else { human(&all) })?;
    Ok(Exit::when(all.iter().all(|f| f.failures == 0)))
}

/// What an exercise came to.
#[derive(Debug, Serialize)]
struct Flaked {
    slug: String,
    iterations: u32,
    failures: u32,
    ms: u64,
    solutions: Vec<Repeated>,
}

impl Flaked {
    fn new(exercise: &Exercise, solutions: Vec<Repeated>, ms: u64) -> Flaked {
        let iterations = solutions.iter().map(|r| r.iterations).sum();
        let failures = solutions.iter().map(|r| r.failures).sum();
        Flaked { slug: exercise.slug.to_string(), iterations, failures, ms, solutions }
    }
}

fn human(all: &[Flaked]) -> String {
    let mut out = String::new();
    let width = all.iter().map(|f| f.slug.len()).max().unwrap_or_default();
    for Flaked { slug, iterations, failures, ms, solutions } in all {
        let good = *failures == 0;
        let mark = if good { Verdict::Accepted.mark() } else { Verdict::Failed.mark() };
        let facts = match iterations {
            0 => "an exhibit has no tests to repeat".to_owned(),
            n => format!("{} of all tests · {failures} failed · {}", count(*n as usize, "run"), millis(*ms)),
        };
        let mark = paint(if good { GOOD } else { BAD }, &mark.to_string());
        let _ = writeln!(out, "{mark} {}  {}", paint(BOLD, &format!("{slug:<width$}")), paint(DIM, &facts));
        for one in solutions.iter().filter(|r| r.failures > 0) {
            let Repeated { solution, pass, iterations, failures, first } = one;
            let first = inert(first.as_deref().unwrap_or_default());
            let _ = writeln!(out, "    solutions/{solution}, {pass}: {failures} in {iterations}: {first}");
        }
    }
    let sum = |of: fn(&Flaked) -> u32| all.iter().map(of).sum::<u32>();
    let _ = writeln!(out, "flake: {} failed in {} runs", sum(|f| f.failures), sum(|f| f.iterations));
    out
}

#[cfg(test)]
mod tests {
    use assay_core::PassName;

    use super::*;

    #[test]
    fn what_failed_is_under_its_exercise() {
        let one = |pass, failures, first: &str| Repeated {
            solution: "actor".into(),
            pass,
            iterations: 1000,
            failures,
            first: Some(first.to_owned()).filter(|f| !f.is_empty()),
        };
        let flaked = |slug: &str, solutions: Vec<Repeated>| Flaked {
            slug: slug.into(),
            iterations: solutions.iter().map(|r| r.iterations).sum(),
            failures: solutions.iter().map(|r| r.failures).sum(),
            ms: 61_000,
            solutions,
        };
        let all = [
            flaked("select-deadlock", vec![]),
            flaked("worker-pool", vec![one(PassName::Plain, 0, ""), one(PassName::Race, 0, "")]),
            flaked("leaky-fanout", vec![one(PassName::Race, 2, "TestA: got 1, want 2")]),
        ];
        insta::assert_snapshot!(anstream::adapter::strip_str(&human(&all)).to_string());
    }
}
