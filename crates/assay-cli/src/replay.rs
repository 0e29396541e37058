use std::fmt::Write as _;

use assay_core::{Report, SubmissionId, Verdict};
use assay_grade::Options;
use serde::Serialize;

use crate::args::ReplayArgs;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::shelf::Shelf;
use crate::text::{BOLD, inert_json, paint};
use crate::{engine, out, report, runs};

/// Gradings until the kept verdict has come back or not: a seed fixes our choices, not the kernel's scheduler.
const TRIES: usize = 3;

/// Grade a kept run again and say whether its verdict came back.
pub(crate) fn run(args: ReplayArgs, places: &Places) -> Result<Exit, Problem> {
    let kept = runs::load(&places.data, args.run)?;
    let shelf = Shelf::open(places)?;
    let exercise = shelf.get(&kept.submission.exercise)?;
    let mut tries = Vec::new();
    let mut last = None;
    {
        let progress = Progress::new();
        let grader = engine::grader(places, 1, &progress)?;
        let options = Options { seed: Some(kept.report.seed), scope: engine::graded(kept.record.scope) };
        while tries.len() < TRIES && tries.last() != Some(&kept.report.verdict) {
            let again = engine::grade(&grader, exercise, &kept.submission, options, &progress)?;
            tries.push(again.verdict);
            last = Some(again);
        }
    }
    let Some(again) = last else { return Err(Problem::input("nothing was replayed", "")) };
    let replay = Replay::new(args.run, &kept.report, &again, tries);
    let text = if args.json {
        inert_json(&replay)
    } else {
        replay.sentence()
            + &report::render(&again, &engine::sources(exercise, &kept.submission), Some(args.run))
    };
    out::result(&text)?;
    Ok(Exit::when(replay.came_back))
}

/// What replaying came to.
#[derive(Debug, Serialize)]
struct Replay<'a> {
    run: SubmissionId,
    kept: Verdict,
    tries: Vec<Verdict>,
    came_back: bool,
    /// Share of the tries that gave the kept verdict.
    rate: f64,
    seed: u64,
    /// What is no longer as it was when the run was kept.
    changed: Vec<String>,
    report: &'a Report,
}

impl<'a> Replay<'a> {
    fn new(run: SubmissionId, kept: &Report, again: &'a Report, tries: Vec<Verdict>) -> Replay<'a> {
        let same = tries.iter().filter(|v| **v == kept.verdict).count();
        let mut changed = Vec::new();
        for (what, then, now) in [
            ("exercise", &kept.exercise.version, &again.exercise.version),
            ("toolchain", &kept.toolchain, &again.toolchain),
        ] {
            if then != now {
                changed.push(format!("{what} was {then}, is {now}"));
            }
        }
        Replay {
            run,
            kept: kept.verdict,
            came_back: same > 0,
            rate: same as f64 / tries.len().max(1) as f64,
            tries,
            seed: kept.seed,
            changed,
            report: again,
        }
    }

    fn sentence(&self) -> String {
        let came = if self.came_back { "came back" } else { "did not come back" };
        let same = self.tries.iter().filter(|v| **v == self.kept).count();
        let of =
            format!("{same} of {}", crate::text::count(self.tries.len(), "try").replace("trys", "tries"));
        let mut out =
            format!("{}  {of}, seed {}\n", paint(BOLD, &format!("{} {came}", self.kept)), self.seed);
        for change in &self.changed {
            let _ = writeln!(out, "since then: {change}");
        }
        out.push('\n');
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn it_says_how_often_and_what_changed() {
        let kept = sample(Verdict::DataRace);
        let mut again = sample(Verdict::Accepted);
        again.exercise.version = "ff".into();
        let run = "0190b2a4-0000-7000-8000-000000000000".parse().unwrap();
        let first = Replay::new(run, &kept, &kept, vec![Verdict::DataRace]);
        let third = Replay::new(run, &kept, &again, vec![Verdict::Accepted; 3]);
        let plain = |r: &Replay<'_>| anstream::adapter::strip_str(&r.sentence()).to_string();
        assert_eq!(plain(&first), "DataRace came back  1 of 1 try, seed 7\n\n");
        assert_eq!(
            plain(&third),
            "DataRace did not come back  0 of 3 tries, seed 7\nsince then: exercise was 00, is ff\n\n"
        );
        assert!(first.came_back && !third.came_back);
    }
}
