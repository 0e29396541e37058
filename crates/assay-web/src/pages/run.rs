//! `GET /runs/{id}`: the report, or the progress of what is not settled. `/result` and `/report` are its two fragments,
//! for a page that followed the run live.

use askama::Template;
use assay_core::{NotRun, Report, SubmissionId, Verdict};
use assay_store::{Record, Scope, State as RunState};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

use super::diff::Row;
use super::error::PageError;
use super::evidence::{self, Body, Section};
use super::figures;
use super::inside::{self, Inside};
use super::learned::{self, Learned};
use super::markdown::Markup;
use super::matrix::Matrix;
use super::sentence::Sentence;
use super::shown::Shown;
use super::source::{Listing, Sources};
use super::verdict::Sign;
use super::{layout, units, vet};
use crate::language::say;
use crate::state::AppState;
use crate::visitor::Visitor;

/// What stands where the result belongs.
enum Outcome {
    /// It waits or runs; a sentence.
    Open(String),
    /// Our fault, and no more tries.
    Faulted,
    /// It was called back.
    Canceled,
    Done(Box<Done>),
}

/// A finished run, ready to be drawn.
struct Done {
    sign: Sign,
    summary: Sentence,
    sections: Vec<Section>,
    /// How many sections are not shown here.
    left_out: usize,
    matrix: Matrix,
    figures: Vec<figures::Row>,
    vet: Vec<vet::Row>,
    /// Passes that did not run, and why.
    not_run: Vec<Sentence>,
    timings: Vec<(String, u64)>,
    seed: u64,
    toolchain: Shown,
    debrief: Option<Markup>,
    /// What one more run looked like, if that was asked for.
    inside: Option<Inside>,
    /// Whether it can be asked for.
    can_ask: bool,
}

/// One run with everything around it.
pub(super) struct Run {
    pub(super) id: SubmissionId,
    pub(super) record: Record,
    title: String,
    /// Whether the exercise is still there, so that it can be linked.
    known: bool,
    /// The exercise is not what it was when this was handed in.
    stale: bool,
    created: String,
    /// How many hints were open then; none when nobody knows whose it is.
    hints: Option<String>,
    outcome: Outcome,
    listings: Vec<Listing>,
}

impl Run {
    pub(super) fn inside(&self) -> Option<&Inside> {
        if let Outcome::Done(done) = &self.outcome { done.inside.as_ref() } else { None }
    }

    /// What one needs to see it again.
    fn same(&self, done: &Done) -> Sentence {
        say("report-same")
            .sentence()
            .code("version", &Shown::new(&self.record.version))
            .code("seed", &Shown::new(&done.seed.to_string()))
            .text("toolchain", done.toolchain.as_str())
    }

    /// Whether it can be run once more to be looked at.
    pub(super) fn can_ask(&self) -> bool {
        matches!(&self.outcome, Outcome::Done(done) if done.can_ask)
    }
}

#[derive(Template)]
#[template(path = "run.html")]
struct RunPage {
    run: Run,
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportFragment {
    run: Run,
}

#[derive(Template)]
#[template(path = "result.html")]
struct ResultFragment {
    run: Run,
}

/// Sections that a workbench shows; all are in the report.
const FIRST: usize = 3;

pub(super) async fn get(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    answer(RunPage { run: load(&state, &id).await? })
}

pub(super) async fn report(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    answer(ReportFragment { run: load(&state, &id).await? })
}

pub(super) async fn result(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let mut run = load(&state, &id).await?;
    if let Outcome::Done(done) = &mut run.outcome {
        done.left_out = done.sections.len().saturating_sub(FIRST);
        done.sections.truncate(FIRST);
    }
    answer(ResultFragment { run })
}

/// A run changes until it is over, and a kept page would show an old state.
fn answer(page: impl Template) -> Result<Response, PageError> {
    Ok(([(header::CACHE_CONTROL, "no-cache")], Html(page.render()?)).into_response())
}

pub(super) async fn load(state: &AppState, id: &str) -> Result<Run, PageError> {
    let nothing = || PageError::not_found(say("run-no-such").to_string());
    let id: SubmissionId = id.parse().map_err(|_| nothing())?;
    let record = state.service.store().get(id).await?.ok_or_else(nothing)?;
    let exercise = record.exercise.parse().ok().and_then(|s| state.catalogue.get(&s));
    let files = state.service.store().files(id).await?;
    let sources = Sources { id, files: &files };
    let outcome = match record.state {
        RunState::Queued => Outcome::Open(match state.service.store().position(id).await? {
            Some(n) if n > 1 => say("run-waits").with("place", n).to_string(),
            _ => say("js-live-queue-next").to_string(),
        }),
        RunState::Running if record.attempt > 1 => {
            Outcome::Open(say("run-again").with("attempt", record.attempt).to_string())
        }
        RunState::Running => Outcome::Open(say("js-live-begun").to_string()),
        RunState::Faulted => Outcome::Faulted,
        RunState::Canceled => Outcome::Canceled,
        RunState::Finished => match state.service.store().report(id).await? {
            Some(report) => {
                let debrief = exercise
                    .and_then(|e| e.debrief.as_deref())
                    .filter(|_| report.verdict == Verdict::Accepted && record.scope == Scope::All);
                let mut done = done(&report, &sources, debrief);
                let package = inside::package(exercise.map(|e| e.package.as_str()), &files);
                done.inside = inside::inside(&report, &package, &sources);
                done.can_ask = inside::can_ask(&report, exercise.map(|e| e.kind));
                Outcome::Done(Box::new(done))
            }
            None => Outcome::Open(say("run-report-written").to_string()),
        },
    };
    let hints = match Visitor::of_owner(&record.visitor) {
        visitor if visitor.owner().is_some() => {
            let learned = Learned::of(state, visitor).await?;
            Some(learned::before_this(learned.hints_before(&record.exercise, record.created_ms)))
        }
        _ => None,
    };
    Ok(Run {
        id,
        title: exercise.map_or_else(|| Shown::new(&record.exercise).to_string(), |e| e.title.clone()),
        known: exercise.is_some(),
        stale: exercise.is_some_and(|e| e.version != record.version),
        created: units::instant(record.created_ms),
        hints,
        record,
        outcome,
        listings: sources.listings(),
    })
}

fn done(report: &Report, sources: &Sources, debrief: Option<&str>) -> Done {
    let mut sections = evidence::sections(&report.evidence, report.verdict, sources);
    inside::link_lanes(&mut sections, report);
    Done {
        sign: report.verdict.into(),
        summary: report.summary.as_str().into(),
        sections,
        left_out: 0,
        matrix: Matrix::of(&report.passes),
        figures: report.figures.iter().map(Into::into).collect(),
        vet: vet::rows(&report.vet, sources),
        not_run: report.not_run.iter().map(not_run).collect(),
        timings: timings(report),
        seed: report.seed,
        toolchain: Shown::new(&report.toolchain),
        debrief: debrief.map(Markup::of),
        inside: None,
        can_ask: false,
    }
}

fn not_run(pass: &NotRun) -> Sentence {
    let said = say("done-did-not-run").with("pass", pass.name.name()).sentence();
    said.saying("reason", &pass.reason.as_str().into())
}

/// In the order in which they happen; what is not known here comes before the total.
fn timings(report: &Report) -> Vec<(String, u64)> {
    const ORDER: [&str; 5] = ["screen_ms", "plain_build_ms", "race_build_ms", "plain_ms", "race_ms"];
    let place = |stage: &str| match ORDER.iter().position(|s| *s == stage) {
        Some(n) => n,
        None if stage == "total_ms" => usize::MAX,
        None => ORDER.len(),
    };
    let mut all: Vec<_> = report.timings.iter().collect();
    all.sort_by_key(|(stage, _)| place(stage));
    all.into_iter().map(|(stage, ms)| (stage.trim_end_matches("_ms").replace('_', " "), *ms)).collect()
}

#[cfg(test)]
pub(super) fn drawn(report: &Report, files: &[assay_core::SourceFile]) -> String {
    let id = SubmissionId::generate();
    let sources = Sources { id, files };
    let record = Record {
        id,
        exercise: report.exercise.slug.to_string(),
        version: report.exercise.version.clone(),
        scope: Scope::All,
        seed: None,
        created_ms: 0,
        finished_ms: Some(1),
        state: RunState::Finished,
        attempt: 1,
        verdict: Some(report.verdict),
        owner: String::new(),
        visitor: String::new(),
        class: assay_store::Class::Practice,
        needs: String::new(),
        resting: false,
        worker: None,
        fault: None,
    };
    let mut done = done(report, &sources, None);
    done.inside = inside::inside(report, "pool", &sources);
    done.can_ask = true;
    let run = Run {
        id,
        record,
        title: "Pool".into(),
        known: true,
        stale: false,
        created: units::instant(0),
        hints: None,
        outcome: Outcome::Done(Box::new(done)),
        listings: sources.listings(),
    };
    RunPage { run }.render().unwrap_or_default()
}
