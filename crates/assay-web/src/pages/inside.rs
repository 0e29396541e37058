//! What one more run looked like: the views in a report, pages of their own for timeline and profiles, and the button that asks for it.

use askama::Template;
use assay_content::Kind as ExerciseKind;
use assay_core::{Observation, Report, Submission, SubmissionId};
use assay_store::{Class, NewSubmission, OBSERVE};
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::error::PageError;
use super::evidence::{Body, Section};
use super::flame::{self, Flame, Kind, Look};
use super::goroutines::GoroutineRow;
use super::lanes::{self, Lanes};
use super::run::Run;
use super::shown::Shown;
use super::source::Sources;
use super::{layout, units};
use crate::language::say;
use crate::owner::Owner;
use crate::state::AppState;
use crate::visitor::Visitor;

/// An observation, ready to be drawn.
pub(crate) struct Inside {
    /// Which tests were run, as a part of a sentence.
    pub(crate) tests: String,
    pub(crate) notes: Vec<Shown>,
    pub(crate) lanes: Option<Lanes>,
    pub(crate) flames: Vec<Flame>,
}

/// The views of what `report` observed; none when it did not. `package` is what the candidate writes.
pub(super) fn inside(report: &Report, package: &str, sources: &Sources) -> Option<Inside> {
    let observation = report.observed.as_ref()?;
    Some(Inside {
        tests: ran(observation),
        notes: observation.notes.iter().map(|n| Shown::new(n)).collect(),
        lanes: lanes::lanes(report, observation, sources),
        flames: Kind::ALL
            .into_iter()
            .filter_map(|k| flame(k, observation, package, Look::default()))
            .collect(),
    })
}

fn flame(kind: Kind, observation: &Observation, package: &str, look: Look) -> Option<Flame> {
    let profile = match kind {
        Kind::Cpu => observation.cpu.as_ref(),
        Kind::Allocations => observation.allocs.as_ref(),
    };
    profile.map(|p| flame::drawn(kind, p, package, look))
}

/// Says beside each goroutine of the evidence which one it is in the timeline, where one is made and waits at the same places.
pub(super) fn link_lanes(sections: &mut [Section], report: &Report) {
    let Some(timeline) = report.observed.as_ref().and_then(|o| o.timeline.as_ref()) else { return };
    for section in sections {
        let rows: Vec<&mut GoroutineRow> = match &mut section.body {
            Body::Deadlock { rows, .. } | Body::Limit { rows, .. } => rows.iter_mut().collect(),
            Body::Leak { sites, .. } => sites.iter_mut().flat_map(|site| &mut site.rows).collect(),
            _ => vec![],
        };
        for row in rows {
            let place = |f: &Option<super::source::FrameView>| f.as_ref().map(|f| f.place.clone());
            row.lane = lanes::twin(timeline, place(&row.created).as_ref(), place(&row.at).as_ref());
        }
    }
}

/// Whether there is something to look at that was not looked at: tests that ran.
pub(super) fn can_ask(report: &Report, known: Option<ExerciseKind>) -> bool {
    !report.passes.is_empty() && known.is_some_and(|kind| kind != ExerciseKind::Exhibit)
}

/// `POST /runs/{id}/observations`: the same files, tests and seed once more, to be looked at. What was looked at before is not graded
/// again.
pub(super) async fn post(
    State(state): State<AppState>,
    Owner(owner): Owner,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let run = super::run::load(&state, &id).await?;
    let gone = || PageError::not_found(say("inside-no-exercise").to_string());
    let slug = run.record.exercise.parse().map_err(|_| gone())?;
    let exercise = state.catalogue.get(&slug).ok_or_else(gone)?;
    if !run.can_ask() {
        return Err(PageError::conflict(
            say("inside-nothing").to_string(),
            say("inside-nothing-detail").to_string(),
        ));
    }
    let files = state.service.store().files(run.id).await?;
    let submission = Submission::new(exercise.slug.clone(), files).map_err(|e| {
        let detail = say("inside-not-again-detail").with("why", e.to_string());
        PageError::conflict(say("inside-not-again").to_string(), detail.to_string())
    })?;
    // It counts for whose run it is; whoever else looks into it has solved nothing.
    let whose = visitor.owner().filter(|asks| *asks == run.record.visitor).unwrap_or_default();
    let new = NewSubmission {
        submission,
        version: exercise.version.clone(),
        owner,
        visitor: whose,
        class: Class::Practice,
        scope: run.record.scope,
        seed: run.record.seed,
        idempotency_key: None,
        fresh: false,
        needs: state.needs.and(OBSERVE),
    };
    let made = state.service.submit(new).await?;
    Ok(Redirect::to(&format!("/runs/{}", made.id)).into_response())
}

/// A finished run with its observation, for a page of its own.
struct Looked {
    id: SubmissionId,
    title: String,
    report: Report,
    observation: Observation,
    package: String,
    files: Vec<assay_core::SourceFile>,
}

async fn looked(state: &AppState, id: &str) -> Result<Looked, PageError> {
    let nothing = || PageError::not_found(say("run-no-such").to_string());
    let id: SubmissionId = id.parse().map_err(|_| nothing())?;
    let record = state.service.store().get(id).await?.ok_or_else(nothing)?;
    let report = state.service.store().report(id).await?;
    let mut report = report.ok_or_else(|| PageError::not_found(say("inside-no-report").to_string()))?;
    let observation = report.observed.take();
    let observation =
        observation.ok_or_else(|| PageError::not_found(say("inside-not-looked").to_string()))?;
    let exercise = record.exercise.parse().ok().and_then(|s| state.catalogue.get(&s));
    let files = state.service.store().files(id).await?;
    let title = exercise.map_or_else(|| Shown::new(&record.exercise).to_string(), |e| e.title.clone());
    let package = package(exercise.map(|e| e.package.as_str()), &files);
    Ok(Looked { id, title, report, observation, package, files })
}

/// The package that the candidate writes: the exercise's, or what the files say where that is gone.
pub(super) fn package(known: Option<&str>, files: &[assay_core::SourceFile]) -> String {
    let clause = || {
        let mut lines = files.iter().flat_map(|f| f.content.lines());
        lines.find_map(|l| l.trim().strip_prefix("package ")?.split_whitespace().next())
    };
    known.or_else(clause).unwrap_or_default().to_owned()
}

#[derive(Template)]
#[template(path = "timeline.html")]
struct TimelinePage {
    id: SubmissionId,
    title: String,
    /// On a page of its own there is nothing else to read.
    alone: bool,
    tests: String,
    lanes: Lanes,
}

/// `GET /runs/{id}/timeline`
pub(super) async fn timeline(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let Looked { id, title, report, observation, files, .. } = looked(&state, &id).await?;
    let sources = Sources { id, files: &files };
    let lanes = lanes::lanes(&report, &observation, &sources)
        .ok_or_else(|| PageError::not_found(say("inside-no-timeline").to_string()))?;
    let tests = ran(&observation);
    answer(TimelinePage { id, title, alone: true, tests, lanes })
}

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage {
    id: SubmissionId,
    title: String,
    alone: bool,
    flame: Flame,
}

/// `GET /runs/{id}/profiles/{kind}`, where `?focus=` shows one function alone, `?find=` marks, and `?whole=1` folds nothing.
pub(super) async fn profile(
    State(state): State<AppState>,
    Path((id, kind)): Path<(String, String)>,
    Query(look): Query<Look>,
) -> Result<Response, PageError> {
    let kind = Kind::ALL.into_iter().find(|k| k.name() == kind);
    let kind = kind.ok_or_else(|| PageError::not_found(say("inside-no-kind").to_string()))?;
    let Looked { id, title, observation, package, .. } = looked(&state, &id).await?;
    let flame = flame(kind, &observation, &package, look)
        .ok_or_else(|| PageError::not_found(say("inside-no-profile").to_string()))?;
    answer(ProfilePage { id, title, alone: true, flame })
}

fn ran(observation: &Observation) -> String {
    match observation.tests.as_slice() {
        [] => say("inside-no-test").to_string(),
        [one] => Shown::new(one).to_string(),
        many => say("inside-all-tests").with("n", many.len()).to_string(),
    }
}

fn answer(page: impl Template) -> Result<Response, PageError> {
    Ok(([(header::CACHE_CONTROL, "no-cache")], Html(page.render()?)).into_response())
}

impl Run {
    /// Whether its page has, or will have, an observation to show.
    pub(super) fn shows_inside(&self) -> bool {
        self.record.observes() || self.inside().is_some()
    }
}
