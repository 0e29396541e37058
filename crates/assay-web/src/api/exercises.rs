use std::sync::Arc;

use assay_content::{Exercise, Kind as ExerciseKind, TestFile};
use assay_core::{Slug, SlugError, SourceFile};
use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::params::PathParam;
use crate::problem::{Kind, Problem, sentence};
use crate::state::AppState;
use crate::visitor::Visitor;

/// An exercise in the catalogue.
#[derive(Serialize)]
pub(crate) struct SummaryBody {
    slug: String,
    version: String,
    title: String,
    summary: String,
    kind: ExerciseKind,
    part: String,
    question: String,
    topics: Vec<String>,
    minutes: u32,
    url: String,
}

/// An exercise to work on. What is not here stays on the server: hidden tests, solutions, wrong solutions, the debrief.
#[derive(Serialize)]
pub(crate) struct ExerciseBody {
    #[serde(flatten)]
    summary: SummaryBody,
    /// Markdown.
    prompt: String,
    package: String,
    imports: Vec<String>,
    limits: LimitsBody,
    start: Vec<FileBody>,
    visible_tests: Vec<FileBody>,
    /// How many; each has its own address.
    hints: usize,
}

#[derive(Serialize)]
struct LimitsBody {
    wall_ms: u64,
    test_ms: u64,
    idle_ms: u64,
    memory_bytes: u64,
}

#[derive(Serialize)]
struct FileBody {
    path: String,
    content: String,
}

/// One hint, Markdown.
#[derive(Serialize)]
pub(crate) struct HintBody {
    number: usize,
    of: usize,
    text: String,
}

pub(crate) async fn list(State(app): State<AppState>) -> Json<Vec<SummaryBody>> {
    Json(app.catalogue.iter().map(|e| summary(e)).collect())
}

pub(crate) async fn show(
    State(app): State<AppState>,
    PathParam(slug): PathParam<String>,
) -> Result<Json<ExerciseBody>, Problem> {
    Ok(Json(exercise(find(&app, &slug)?)))
}

/// Gives a hint, and notes that the visitor opened it, if somebody is known.
pub(crate) async fn hint(
    State(app): State<AppState>,
    visitor: Visitor,
    PathParam((slug, number)): PathParam<(String, String)>,
) -> Result<Json<HintBody>, Problem> {
    let exercise = find(&app, &slug)?;
    let of = exercise.hints.len();
    let found = number.parse().ok().and_then(|n: usize| Some((n, exercise.hints.get(n.checked_sub(1)?)?)));
    let (number, text) = found.ok_or_else(|| {
        Problem::new(Kind::UnknownHint, format!("`{}` has hints 1 to {of}.", exercise.slug))
    })?;
    if let Some(owner) = visitor.owner() {
        app.service.store().open_hint(&owner, &exercise.slug, number as u32).await?;
    }
    Ok(Json(HintBody { number, of, text: text.clone() }))
}

/// The exercise of that name, or the problem that there is none.
pub(crate) fn find<'a>(app: &'a AppState, name: &str) -> Result<&'a Arc<Exercise>, Problem> {
    let slug: Slug =
        name.parse().map_err(|e: SlugError| Problem::new(Kind::UnknownExercise, sentence(&e.to_string())))?;
    app.catalogue.get(&slug).ok_or_else(|| {
        let detail = format!("`{slug}` is not in the catalogue; /api/exercises lists all.");
        Problem::new(Kind::UnknownExercise, detail)
    })
}

fn summary(e: &Exercise) -> SummaryBody {
    SummaryBody {
        slug: e.slug.to_string(),
        version: e.version.clone(),
        title: e.title.clone(),
        summary: e.summary.clone(),
        kind: e.kind,
        part: e.part.clone(),
        question: e.question.clone(),
        topics: e.topics.clone(),
        minutes: e.minutes,
        url: format!("/api/exercises/{}", e.slug),
    }
}

fn exercise(e: &Exercise) -> ExerciseBody {
    let source = |f: &SourceFile| FileBody { path: f.path.to_string(), content: f.content.clone() };
    let test = |f: &TestFile| FileBody { path: f.name.to_string(), content: f.content.clone() };
    ExerciseBody {
        summary: summary(e),
        prompt: e.prompt.clone(),
        package: e.package.clone(),
        imports: e.imports.clone(),
        limits: LimitsBody {
            wall_ms: e.limits.wall.as_millis() as u64,
            test_ms: e.limits.step.as_millis() as u64,
            idle_ms: e.limits.idle.as_millis() as u64,
            memory_bytes: e.limits.memory,
        },
        start: e.start.iter().map(source).collect(),
        visible_tests: e.visible.iter().map(test).collect(),
        hints: e.hints.len(),
    }
}
