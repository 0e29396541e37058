//! An [`Outcome`] for people and for programs.

use std::fmt::Write as _;

use assay_sandbox::{Captured, Exit, Killed, Outcome};
use serde::Serialize;

use crate::text::{BAD, BOLD, DIM, GOOD, inert, inert_json, paint};

#[derive(Debug, Serialize)]
struct Answer<'a> {
    program: &'a str,
    succeeded: bool,
    exit: Exit,
    killed: Option<Killed>,
    pids_refused: bool,
    cpu_share_at_end: f64,
    usage: UsageMillis,
    stdout: Stream,
    stderr: Stream,
}

#[derive(Debug, Serialize)]
struct UsageMillis {
    wall_ms: f64,
    user_ms: f64,
    system_ms: f64,
    memory_bytes: u64,
    /// Whether the figures are of all processes, or of the main one only.
    whole_box: bool,
}

#[derive(Debug, Serialize)]
struct Stream {
    /// With what is not UTF-8 replaced.
    text: String,
    bytes: usize,
    truncated: bool,
}

impl From<&Captured> for Stream {
    fn from(kept: &Captured) -> Stream {
        Stream { text: kept.text(), bytes: kept.bytes.len(), truncated: kept.truncated }
    }
}

/// One JSON object.
pub(super) fn json(program: &str, outcome: &Outcome) -> String {
    let usage = &outcome.usage;
    let ms = |time: std::time::Duration| time.as_secs_f64() * 1000.0;
    inert_json(&Answer {
        program,
        succeeded: outcome.succeeded(),
        exit: outcome.exit,
        killed: outcome.killed,
        pids_refused: outcome.pids_refused,
        cpu_share_at_end: outcome.cpu_share_at_end,
        usage: UsageMillis {
            wall_ms: ms(usage.wall),
            user_ms: ms(usage.user),
            system_ms: ms(usage.system),
            memory_bytes: usage.memory,
            whole_box: usage.whole_box,
        },
        stdout: (&outcome.stdout).into(),
        stderr: (&outcome.stderr).into(),
    })
}

/// What the program wrote, made harmless, and then how it ended and what it used.
pub(super) fn human(outcome: &Outcome) -> String {
    let mut out = String::new();
    for (name, kept) in [("stdout", &outcome.stdout), ("stderr", &outcome.stderr)] {
        if kept.bytes.is_empty() {
            continue;
        }
        let cut = if kept.truncated { ", cut" } else { "" };
        let _ = writeln!(out, "{}", paint(DIM, &format!("{name} ({} bytes{cut})", kept.bytes.len())));
        let text = inert(&kept.text());
        let _ = writeln!(out, "{}", text.trim_end_matches('\n'));
    }
    let style = if outcome.succeeded() { GOOD } else { BAD };
    let _ = writeln!(out, "{}", paint(style, &ended(outcome)));
    let usage = &outcome.usage;
    let of = if usage.whole_box { "" } else { ", of the main process" };
    let refused = if outcome.pids_refused { ", processes refused" } else { "" };
    let _ = writeln!(
        out,
        "{}",
        paint(
            BOLD,
            &format!(
                "{:.1} ms wall, {:.1} ms user, {:.1} ms system, {:.1} MiB{of}{refused}",
                usage.wall.as_secs_f64() * 1000.0,
                usage.user.as_secs_f64() * 1000.0,
                usage.system.as_secs_f64() * 1000.0,
                usage.memory as f64 / f64::from(1 << 20),
            )
        )
    );
    out
}

/// `exited with 0`, `ended by the memory limit`.
pub(crate) fn ended(outcome: &Outcome) -> String {
    let by = |limit: &str| format!("ended by the {limit} limit");
    match (outcome.killed, outcome.exit) {
        (Some(Killed::Wall), _) => by("wall"),
        (Some(Killed::Cpu), _) => by("cpu"),
        (Some(Killed::Step), _) => by("step"),
        (Some(Killed::Idle), _) => by("idle"),
        (Some(Killed::Memory), _) => by("memory"),
        (Some(Killed::Output), _) => by("output"),
        (Some(Killed::Asked), _) => "ended on request".to_owned(),
        (None, Exit::Code(code)) => format!("exited with {code}"),
        (None, Exit::Signal(signal)) => format!("ended by signal {signal}"),
    }
}
