//! `exercise.toml`: everything about an exercise that is no text of its own and no code.

use std::path::Path;
use std::time::Duration;

use crate::budget;
use crate::error::Problems;
use crate::exercise::{ExerciseLimits, Kind, Phenomenon, Repetitions};
use crate::expect::{Declared, Role, declared};
use crate::section::{At, Section};

/// The content of `exercise.toml`, each key checked by itself.
pub(crate) struct Manifest {
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) kind: Kind,
    pub(crate) package: String,
    pub(crate) part: String,
    pub(crate) question: String,
    pub(crate) topics: Vec<String>,
    pub(crate) minutes: u32,
    pub(crate) language: String,
    pub(crate) imports: Vec<String>,
    pub(crate) limits: ExerciseLimits,
    pub(crate) repetitions: Repetitions,
    pub(crate) budgets: Vec<budget::Declared>,
    pub(crate) start: Declared,
    pub(crate) phenomenon: Option<Phenomenon>,
}

/// Minor version of the newest language that the least toolchain we take knows.
pub(crate) const NEWEST_GO: u32 = 27;
/// Shortest limit, seconds: none at all would end everything.
const LEAST_SECONDS: f64 = 0.001;
/// Longest process, seconds: a candidate waits for it.
const MOST_SECONDS: f64 = 600.0;
/// Largest memory, MiB.
const MOST_MEMORY: u32 = 16 << 10;
/// Most schedules that are explored in WebAssembly.
const MOST_SEEDS: u32 = 100_000;
/// Longest stress pass, seconds.
const MOST_STRESS: f64 = 120.0;
/// Most repetitions or runs.
const MOST_RUNS: u32 = 10_000;

impl Manifest {
    /// Reads the file, noting everything that does not fit.
    pub(crate) fn read(file: &Path, text: &str, problems: &Problems) -> Option<Manifest> {
        let mut top = Section::parse(file, text, problems)?;
        let title = top.text("title", "the name that people see");
        let summary = top.text("summary", "one sentence for the catalogue");
        let kind = kind(&mut top);
        let package = package(&mut top, kind);
        let part = top.text("part", "the part of the interview, e.g. `part = \"Advanced Go mastery\"`");
        let question = top.text("question", "the question it proves, e.g. `question = \"Q2\"`");
        let topics = top.texts("topics");
        if topics.is_empty() {
            top.fault(None, "`topics` is missing or empty; add words to find the exercise by".into());
        }
        let minutes = top.needed_count("minutes", 480);
        let language = language(&mut top);
        let imports = imports(&mut top);
        let limits = limits(&mut top);
        let repetitions = repetitions(&mut top);
        let budgets = budget::declared(&mut top);
        let start = match top.section("start") {
            Some(mut s) => {
                let d = declared(&mut s, Role::Start);
                s.finish();
                d
            }
            None => {
                top.missing(
                    "start",
                    "a table `[start]` with the `verdict` of the code the candidate begins with",
                );
                None
            }
        };
        let phenomenon = exhibit(&mut top, kind);
        top.finish();
        Some(Manifest {
            title: title?.value,
            summary: summary?.value,
            kind: kind?,
            package: package?,
            part: part?.value,
            question: question?.value,
            topics: topics.into_iter().map(|t| t.value).collect(),
            minutes: minutes?,
            language,
            imports,
            limits,
            repetitions,
            budgets,
            start: start?,
            phenomenon,
        })
    }
}

fn kind(top: &mut Section<'_>) -> Option<Kind> {
    let name = top.text("kind", "one of implement, repair, exhibit")?;
    match name.value.as_str() {
        "implement" => Some(Kind::Implement),
        "repair" => Some(Kind::Repair),
        "exhibit" => Some(Kind::Exhibit),
        other => {
            let message = format!("`kind` is `{}`; one of implement, repair, exhibit", other.escape_debug());
            top.fault(Some(name.line), message);
            None
        }
    }
}

fn package(top: &mut Section<'_>, kind: Option<Kind>) -> Option<String> {
    let At { line, value } = top.text("package", "the Go package name")?;
    let first = value.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    if !first || !value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) || value.len() > 32 {
        let shown = value.escape_debug();
        let message =
            format!("`package` is `{shown}`; lower-case letters and digits, a letter first, at most 32");
        top.fault(Some(line), message);
        return None;
    }
    match (kind, value.as_str()) {
        (Some(Kind::Exhibit), "main") | (None, _) => {}
        (Some(Kind::Exhibit), _) => {
            top.fault(Some(line), "an exhibit is a program: `package = \"main\"`".into());
            return None;
        }
        (Some(_), "main") => {
            top.fault(Some(line), "tests cannot import `main`; give the package its own name".into());
            return None;
        }
        (Some(_), _) => {}
    }
    Some(value)
}

/// `go = "1.21"`: for exercises about what an older language did, e.g. loop variables that were shared.
fn language(top: &mut Section<'_>) -> String {
    let Some(At { line, value }) = top.optional_text("go") else { return format!("1.{NEWEST_GO}") };
    let minor = value.strip_prefix("1.").and_then(|minor| minor.parse::<u32>().ok());
    if minor.is_none_or(|minor| minor > NEWEST_GO || format!("1.{minor}") != value) {
        let shown = value.escape_debug();
        top.fault(
            Some(line),
            format!("`go` is `{shown}`; a version of the language up to `1.{NEWEST_GO}`, without a patch"),
        );
    }
    value
}

fn imports(top: &mut Section<'_>) -> Vec<String> {
    let all = top.texts("imports");
    for At { line, value } in &all {
        let plain = |w: &str| {
            !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        if !value.split('/').all(plain) {
            let shown = value.escape_debug();
            top.fault(
                Some(*line),
                format!("`imports` names `{shown}`, which is no package of the standard library"),
            );
        }
    }
    all.into_iter().map(|a| a.value).collect()
}

fn limits(top: &mut Section<'_>) -> ExerciseLimits {
    let mut wall = None;
    let mut step = None;
    let mut idle = None;
    let mut memory = None;
    if let Some(mut s) = top.section("limits") {
        wall = s.seconds("wall_s", LEAST_SECONDS, MOST_SECONDS);
        step = s.seconds("step_s", LEAST_SECONDS, MOST_SECONDS);
        idle = s.seconds("idle_s", LEAST_SECONDS, MOST_SECONDS);
        memory = s.count("memory_mb", MOST_MEMORY);
        s.finish();
    }
    ExerciseLimits {
        wall: Duration::from_secs_f64(wall.unwrap_or(20.0)),
        step: Duration::from_secs_f64(step.unwrap_or(5.0)),
        idle: Duration::from_secs_f64(idle.unwrap_or(1.0)),
        memory: u64::from(memory.unwrap_or(256)) << 20,
    }
}

fn repetitions(top: &mut Section<'_>) -> Repetitions {
    let mut all = Repetitions { plain: 2, race: 5, stress: Duration::from_secs(2), seeds: 0 };
    if let Some(mut s) = top.section("repetitions") {
        all.plain = s.count("plain", MOST_RUNS).unwrap_or(all.plain);
        all.race = s.count("race", MOST_RUNS).unwrap_or(all.race);
        all.stress = s.seconds("stress_s", 0.0, MOST_STRESS).map_or(all.stress, Duration::from_secs_f64);
        all.seeds = s.count("seeds", MOST_SEEDS).unwrap_or(all.seeds);
        s.finish();
    }
    all
}

fn exhibit(top: &mut Section<'_>, kind: Option<Kind>) -> Option<Phenomenon> {
    let Some(mut s) = top.section("exhibit") else {
        if kind == Some(Kind::Exhibit) {
            top.missing("exhibit", "a table `[exhibit]` with the `phenomenon` that is to be shown");
        }
        return None;
    };
    if kind.is_some_and(|k| k != Kind::Exhibit) {
        s.fault(
            None,
            "`[exhibit]` belongs to `kind = \"exhibit\"` only; take it out or change the kind".into(),
        );
    }
    let name = s.text("phenomenon", "one of select-deadlock, silent-race")?;
    let phenomenon = match name.value.as_str() {
        "select-deadlock" => {
            s.needed_count("selects", 1000).map(|selects| Phenomenon::SelectDeadlock { selects })
        }
        "silent-race" => {
            let line = s.text("line", "the one line that each plain run prints");
            if let Some(At { line, .. }) = line.as_ref().filter(|l| l.value.contains('\n')) {
                s.fault(Some(*line), "`exhibit.line` must be one line".into());
            }
            let runs = s.needed_count("runs", MOST_RUNS);
            let race_runs = s.needed_count("race_runs", MOST_RUNS);
            line.zip(runs).zip(race_runs).map(|((line, runs), race_runs)| Phenomenon::SilentRace {
                line: line.value,
                runs,
                race_runs,
            })
        }
        other => {
            let shown = other.escape_debug();
            s.fault(
                Some(name.line),
                format!("no such phenomenon: `{shown}`; one of select-deadlock, silent-race"),
            );
            return None;
        }
    };
    s.finish();
    phenomenon
}
