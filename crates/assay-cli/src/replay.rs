use std::fmt::Write as _;

use assay_content::Exercise;
use assay_core::{Report, Submission, SubmissionId, Verdict};
use assay_grade::{Grader, Options, Scope};
use serde::Serialize;

use crate::args::ReplayArgs;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::shelf::Shelf;
use crate::text::{BOLD, inert_json, paint};
use crate::{engine, folder, out, report, runs};

/// Gradings until the kept verdict has come back or not: a seed fixes our choices, not the kernel's scheduler.
const TRIES: u32 = 3;
/// Processes under the one schedule that failed.
const PROCESSES: u32 = 20;

/// Grade a kept run again and say whether its verdict came back.
pub(crate) fn run(args: ReplayArgs, places: &Places) -> Result<Exit, Problem> {
    let kept = Kept::of(&args, places)?;
    let shelf = Shelf::open(places)?;
    let exercise = shelf.get(&kept.submission.exercise)?;
    let (came, again) = {
        let progress = Progress::new();
        let grader = engine::grader(places, 1, &progress)?;
        match grader.again(exercise, &kept.submission, &kept.report, PROCESSES)? {
            Some(again) if again.report.verdict == kept.report.verdict => {
                (Came { back: again.came_back, of: again.of, what: "run" }, again.report)
            }
            // Not under that schedule, or it was none.
            _ => whole(&grader, exercise, &kept, &progress)?,
        }
    };
    let replay = Replay::new(args.run, &kept.report, &again, came);
    let text = if args.json {
        inert_json(&replay)
    } else {
        let place = args.run.map_or(report::Again::No, report::Again::Kept);
        replay.sentence() + &report::render(&again, &engine::sources(exercise, &kept.submission), place)
    };
    out::result(&text)?;
    Ok(Exit::when(replay.came_back))
}

/// What was graded, and what came of it.
struct Kept {
    submission: Submission,
    scope: Scope,
    report: Report,
}

impl Kept {
    fn of(args: &ReplayArgs, places: &Places) -> Result<Kept, Problem> {
        if let Some(run) = args.run {
            let runs::Kept { record, submission, report } = runs::load(&places.data, run)?;
            return Ok(Kept { submission, scope: engine::graded(record.scope), report });
        }
        let (Some(file), Some(dir)) = (&args.report, &args.files) else {
            return Err(Problem::input(
                "nothing to replay",
                "name a run, or a report and the folder of its files",
            ));
        };
        let text = std::fs::read_to_string(file).map_err(|e| Problem::path("read", file, &e))?;
        let report: Report = serde_json::from_str(&text).map_err(|e| {
            Problem::input(
                format!("`{}` is no report: {e}", file.display()),
                "give what `assay check --json` printed",
            )
        })?;
        folder::must_be_folder(dir)?;
        let submission = folder::read(dir, report.exercise.slug.clone())?;
        let hidden = report.passes.iter().flat_map(|pass| &pass.tests).any(|test| !test.visible);
        Ok(Kept { submission, scope: if hidden { Scope::All } else { Scope::Visible }, report })
    }
}

/// Whole gradings, until one gives the kept verdict.
fn whole(
    grader: &Grader,
    exercise: &Exercise,
    kept: &Kept,
    progress: &Progress,
) -> Result<(Came, Report), Problem> {
    let options = Options { seed: Some(kept.report.seed), scope: kept.scope, ..Options::default() };
    let mut of = 0;
    loop {
        let again = engine::grade(grader, exercise, &kept.submission, options, progress)?;
        of += 1;
        let back = u32::from(again.verdict == kept.report.verdict);
        if back == 1 || of == TRIES {
            return Ok((Came { back, of, what: "grading" }, again));
        }
    }
}

/// How often the kept verdict came back.
#[derive(Debug, Clone, Copy)]
struct Came {
    back: u32,
    of: u32,
    what: &'static str,
}

/// What replaying came to.
#[derive(Debug, Serialize)]
struct Replay<'a> {
    /// Nothing for a report of another machine.
    run: Option<SubmissionId>,
    kept: Verdict,
    came_back: bool,
    /// So many of `tries` gave the kept verdict: runs under the schedule that failed, or whole gradings.
    again: u32,
    tries: u32,
    of: &'static str,
    rate: f64,
    schedule: Option<&'a str>,
    seed: u64,
    /// What is no longer as it was when the run was kept.
    changed: Vec<String>,
    report: &'a Report,
}

impl<'a> Replay<'a> {
    fn new(run: Option<SubmissionId>, kept: &'a Report, again: &'a Report, came: Came) -> Replay<'a> {
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
            came_back: came.back > 0,
            again: came.back,
            tries: came.of,
            of: came.what,
            rate: f64::from(came.back) / f64::from(came.of.max(1)),
            schedule: kept.passes.iter().find_map(|pass| pass.schedule.as_deref()),
            seed: kept.seed,
            changed,
            report: again,
        }
    }

    fn sentence(&self) -> String {
        let came = if self.came_back { "came back" } else { "did not come back" };
        let of = crate::text::count(self.tries as usize, self.of);
        let schedule = match (self.of, self.schedule) {
            ("run", Some(schedule)) => format!(" under {schedule}"),
            _ => String::new(),
        };
        let came = format!("{} {came}", self.kept);
        let mut out =
            format!("{}  in {} of {of}{schedule}, seed {}\n", paint(BOLD, &came), self.again, self.seed);
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
        let run = Some("0190b2a4-0000-7000-8000-000000000000".parse().unwrap());
        let gradings = |back, of| Came { back, of, what: "grading" };
        let first = Replay::new(run, &kept, &kept, gradings(1, 1));
        let third = Replay::new(run, &kept, &again, gradings(0, 3));
        let mut stressed = sample(Verdict::Deadlock);
        stressed.passes[0].schedule = Some("coin:5".into());
        let runs = Replay::new(run, &stressed, &stressed, Came { back: 7, of: 20, what: "run" });
        let plain = |r: &Replay<'_>| anstream::adapter::strip_str(&r.sentence()).to_string();
        assert_eq!(plain(&first), "DataRace came back  in 1 of 1 grading, seed 7\n\n");
        assert_eq!(plain(&runs), "Deadlock came back  in 7 of 20 runs under coin:5, seed 7\n\n");
        assert_eq!(
            plain(&third),
            "DataRace did not come back  in 0 of 3 gradings, seed 7\nsince then: exercise was 00, is ff\n\n"
        );
        assert!(first.came_back && !third.came_back);
    }
}
