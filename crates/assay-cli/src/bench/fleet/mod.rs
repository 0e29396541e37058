//! `assay bench fleet`: the queue of a fleet in one process. Database, broker and all that stores and takes is real; a grader only takes the
//! time of a recorded grading. Where a database does less than the graders need is measured too.

mod grader;
mod level;
mod limit;
mod recorded;
mod site;

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::figures::round;
use crate::args::FleetBenchArgs;
use crate::exit::Exit;
use crate::out;
use crate::problem::{Blame, Problem};
use crate::progress::Progress;
use crate::text::{BOLD, inert_json, paint};
use level::Level;
use limit::Limit;
use site::Site;

/// The name of the answer's form.
const SCHEMA: &str = "assay.bench-fleet/1";

#[derive(Debug, Serialize)]
struct Answer {
    schema: &'static str,
    database: &'static str,
    broker: bool,
    /// How many times faster than recorded.
    pace: f64,
    recorded: Recorded,
    limit: Limit,
    levels: Vec<Level>,
    /// Whether each level that the limit feeds is within 5 % of linear.
    linear_below_limit: bool,
}

/// A mean grading, before the pace.
#[derive(Debug, Serialize)]
struct Recorded {
    gradings: usize,
    mean_seconds: f64,
    events: f64,
    batches: f64,
}

/// How it is measured.
#[derive(Debug, Clone, Copy)]
struct Plan {
    /// Graders in a process.
    graders: usize,
    pace: f64,
    measured: Duration,
}

/// Measure and say.
pub(super) fn run(args: &FleetBenchArgs) -> Result<Exit, Problem> {
    let runtime = tokio::runtime::Runtime::new().map_err(|e| lost(format!("cannot start a runtime: {e}")))?;
    let answer = runtime.block_on(measure(args))?;
    out::result(&if args.json { inert_json(&answer) } else { human(&answer) })?;
    Ok(Exit::Good)
}

async fn measure(args: &FleetBenchArgs) -> Result<Answer, Problem> {
    let progress = Progress::new();
    let measured = Duration::from_secs(args.seconds.into());
    let plan = Plan { graders: args.graders as usize, pace: args.pace, measured };
    let site = Arc::new(Site::open(args.database.as_deref(), args.broker.as_deref()).await?);
    let limit = limit::measure(&site, &progress).await?;
    let mut levels = vec![];
    for (n, workers) in args.workers.iter().map(|n| *n as usize).filter(|n| *n > 0).enumerate() {
        progress.step(&format!("{workers} graders"), n, args.workers.len());
        let level = level::measure(&site, &plan, workers).await?;
        levels.push(Level { below_limit: limit.feeds(workers, args.pace), ..level });
    }
    let (events, batches) = recorded::mean_events();
    Ok(Answer {
        schema: SCHEMA,
        database: if args.database.is_some() { "postgres" } else { "sqlite" },
        broker: args.broker.is_some(),
        pace: args.pace,
        recorded: Recorded {
            gradings: recorded::RECORDED.len(),
            mean_seconds: round(recorded::mean().as_secs_f64()),
            events: round(events),
            batches: round(batches),
        },
        linear_below_limit: levels.iter().all(|l| l.within_5_percent || !l.below_limit),
        limit,
        levels,
    })
}

fn human(answer: &Answer) -> String {
    let Answer { limit, recorded, .. } = answer;
    let mut text = String::new();
    let of = if answer.broker { ", with a broker" } else { "" };
    let _ = writeln!(text, "{}{of}", paint(BOLD, answer.database));
    let _ = writeln!(
        text,
        "  a recorded grading: {:.2} s, {:.0} events in {:.0} batches; here {} times as fast",
        recorded.mean_seconds, recorded.events, recorded.batches, answer.pace
    );
    let rates: Vec<String> =
        limit.by_tasks.iter().map(|r| format!("{} {:.0}", r.tasks, r.per_second)).collect();
    let _ =
        writeln!(text, "  submissions a second with so many tasks that never rest: {}", rates.join(" · "));
    let feeds = limit.feeds_workers as f64 / answer.pace;
    let _ = writeln!(
        text,
        "  the limit: {:.0} a second, which feeds {feeds:.0} graders of this pace",
        limit.per_second
    );
    let _ = writeln!(
        text,
        "  {:>7} {:>9} {:>9} {:>9}  {:>8} {:>9}  {:>6}  {:>6}  ",
        "graders", "a second", "linear", "share", "wait ms", "p95", "cpu ms", "errors"
    );
    answer.levels.iter().for_each(|level| text.push_str(&line(level)));
    text
}

fn line(level: &Level) -> String {
    let (median, p95) = level.wait.map_or((f64::NAN, f64::NAN), |w| (w.median_ms, w.p95_ms));
    let says = match (level.below_limit, level.within_5_percent) {
        (true, true) => "below the limit, within 5 % of linear",
        (true, false) => "below the limit, NOT within 5 % of linear",
        (false, true) => "above the limit, and within 5 % of linear",
        (false, false) => "above the limit",
    };
    format!(
        "  {:>7} {:>9.2} {:>9.2} {:>7.1} %  {median:>8.1} {p95:>9.1}  {:>6.1}  {:>6}  {says}\n",
        level.workers,
        level.per_second,
        level.linear_per_second,
        level.of_linear * 100.0,
        level.cpu_ms,
        level.errors
    )
}

/// What is measured with did not work.
fn lost(what: String) -> Problem {
    Problem { blame: Blame::Us, what, help: "report this with the whole output".to_owned() }
}
