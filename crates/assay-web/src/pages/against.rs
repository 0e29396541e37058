//! `GET /runs/{id}/against/{other}`: two attempts at one exercise, what changed in the verdict beside what changed in the code.

use askama::Template;
use assay_core::{Report, SourceFile, SubmissionId};
use assay_store::{Record, Scope};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::attempts::hints_before;
use super::changes::{Changes, Line, changes};
use super::compare::{Compared, compare};
use super::diff::Care;
use super::error::PageError;
use super::shown::Shown;
use super::verdict::Sign;
use super::{layout, learned, units};
use crate::language::{Language, say};
use crate::state::AppState;

/// How the lines are drawn.
#[derive(Deserialize)]
pub(super) struct Look {
    /// `all` leaves no equal line out.
    lines: Option<String>,
}

/// One of the two.
struct Side {
    which: String,
    id: SubmissionId,
    sign: Sign,
    all_tests: bool,
    created: String,
    /// Hints that were open when it was handed in.
    hints: usize,
    /// Why there is no report; empty when there is one.
    open: String,
}

#[derive(Template)]
#[template(path = "against.html")]
struct AgainstPage {
    title: String,
    /// Name of the exercise, when it is still there.
    slug: Option<String>,
    sides: [Side; 2],
    /// The first was handed in later.
    backwards: bool,
    /// None as long as one of them has no report.
    compared: Option<Compared>,
    changes: Changes,
    /// What its two columns are.
    names: [String; 2],
    /// Where the other look at the lines is.
    other_lines: &'static str,
    folds: bool,
}

/// A run with what is needed to compare it.
struct Attempt {
    record: Record,
    files: Vec<SourceFile>,
    report: Option<Report>,
    hints: usize,
}

pub(super) async fn get(
    State(state): State<AppState>,
    Path((first, second)): Path<(String, String)>,
    Query(look): Query<Look>,
) -> Result<Response, PageError> {
    let (a, b) = (load(&state, &first).await?, load(&state, &second).await?);
    if a.record.exercise != b.record.exercise {
        return Err(PageError::refused(
            StatusCode::BAD_REQUEST,
            say("against-two-exercises").to_string(),
            say("against-other-exercise").to_string(),
        ));
    }
    let exercise = a.record.exercise.parse().ok().and_then(|s| state.catalogue.get(&s));
    let (title, slug) = match exercise {
        Some(e) => (e.title.clone(), Some(e.slug.to_string())),
        None => (Shown::new(&a.record.exercise).to_string(), None),
    };
    let folds = look.lines.as_deref() != Some("all");
    let page = off_the_loop(move || AgainstPage {
        title,
        slug,
        backwards: a.record.created_ms > b.record.created_ms,
        sides: [side(say("against-first").to_string(), &a), side(say("against-second").to_string(), &b)],
        compared: a.report.as_ref().zip(b.report.as_ref()).map(|(a, b)| compare(a, b)),
        changes: changes(&a.files, &b.files, Care::folding(folds)),
        names: [say("against-first").to_string(), say("against-second").to_string()],
        other_lines: if folds { "?lines=all" } else { "?" },
        folds,
    })
    .await;
    Ok(([(header::CACHE_CONTROL, "no-cache")], Html(page.render()?)).into_response())
}

/// Comparing may take a moment, in which others are served. Its words are in the reader's language.
pub(super) async fn off_the_loop<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let language = Language::of_reader();
    match tokio::task::spawn_blocking(move || language.during(work)).await {
        Ok(done) => done,
        Err(ended) => std::panic::resume_unwind(ended.into_panic()),
    }
}

async fn load(state: &AppState, id: &str) -> Result<Attempt, PageError> {
    let nothing = || {
        let id = Shown::new(&id.chars().take(60).collect::<String>());
        PageError::not_found(say("against-no-run").with("id", id.as_str()).to_string())
    };
    let id: SubmissionId = id.parse().map_err(|_| nothing())?;
    let record = state.service.store().get(id).await?.ok_or_else(nothing)?;
    let files = state.service.store().files(id).await?;
    let report = if record.verdict.is_some() { state.service.store().report(id).await? } else { None };
    let hints = match record.visitor.as_str() {
        "" => 0,
        visitor => hints_before(&record, &state.service.store().hints_opened(visitor).await?),
    };
    Ok(Attempt { record, files, report, hints })
}

fn side(which: String, attempt: &Attempt) -> Side {
    let record = &attempt.record;
    Side {
        which,
        id: record.id,
        sign: record.into(),
        all_tests: record.scope == Scope::All,
        created: units::instant(record.created_ms),
        hints: attempt.hints,
        open: match (record.state, &attempt.report) {
            (_, Some(_)) => String::new(),
            (assay_store::State::Faulted, _) => say("against-broke").to_string(),
            (assay_store::State::Canceled, _) => say("against-called-back").to_string(),
            _ => say("against-no-verdict").to_string(),
        },
    }
}
