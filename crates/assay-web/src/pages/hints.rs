//! Hints of an exercise, one at a time: one that was not opened is on no page. Opening is noted for the visitor.

use askama::Template;
use assay_content::Exercise;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};

use super::bench::{self, Code};
use super::error::PageError;
use super::learned::Learned;
use super::markdown::Markup;
use super::{layout, units};
use crate::language::say;
use crate::state::AppState;
use crate::visitor::Visitor;

/// One that was opened.
pub(super) struct Opened {
    pub(super) number: usize,
    pub(super) text: Markup,
    pub(super) when: String,
    /// It was opened just now.
    pub(super) fresh: bool,
}

/// What a page shows of an exercise's hints.
pub(super) struct Hints {
    pub(super) slug: String,
    pub(super) total: usize,
    pub(super) opened: Vec<Opened>,
    /// The first that was not opened.
    pub(super) next: Option<usize>,
}

#[derive(Template)]
#[template(path = "hints.html")]
struct HintsFragment {
    hints: Hints,
}

impl Hints {
    /// With `fresh` unfolded.
    pub(super) fn of(exercise: &Exercise, learned: &Learned, fresh: Option<usize>) -> Hints {
        let opened = learned.hints(exercise.slug.as_str()).iter().filter_map(|hint| {
            let number = hint.hint as usize;
            let text = exercise.hints.get(number.checked_sub(1)?)?;
            let when = units::instant(hint.opened_ms);
            Some(Opened { number, text: Markup::of(text), when, fresh: fresh == Some(number) })
        });
        let opened: Vec<Opened> = opened.collect();
        let total = exercise.hints.len();
        let next = (1..=total).find(|n| opened.iter().all(|o| o.number != *n));
        Hints { slug: exercise.slug.to_string(), total, opened, next }
    }
}

/// `POST /exercises/{slug}/hints/{n}`: opens a hint, and gives the workbench again with the code that came with the form.
pub(super) async fn post(
    State(state): State<AppState>,
    visitor: Visitor,
    Path((slug, number)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let exercise = bench::find(&state, &slug)?;
    let (number, learned, cookie) = open(&state, visitor, exercise, &number).await?;
    let (_, files) = bench::read(&fields);
    let code = if files.is_empty() { Code::start(exercise) } else { Code { files, problem: None } };
    let mut answer = bench::page(exercise, code, &learned, Some(number))?;
    answer.headers_mut().extend(cookie);
    Ok(answer)
}

/// `POST /exercises/{slug}/hints/{n}/fragment`: opens a hint, and gives the hints alone.
pub(super) async fn fragment(
    State(state): State<AppState>,
    visitor: Visitor,
    Path((slug, number)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let exercise = bench::find(&state, &slug)?;
    let (number, learned, cookie) = open(&state, visitor, exercise, &number).await?;
    let hints = Hints::of(exercise, &learned, Some(number));
    let mut answer = Html(HintsFragment { hints }.render()?).into_response();
    answer.headers_mut().extend(cookie);
    Ok(answer)
}

type Header = (axum::http::HeaderName, axum::http::HeaderValue);

/// Notes that a hint is opened; its number, all that is known then, and the header for somebody new.
async fn open(
    state: &AppState,
    visitor: Visitor,
    exercise: &Exercise,
    number: &str,
) -> Result<(usize, Learned, Option<Header>), PageError> {
    let all = exercise.hints.len();
    let number = number.parse().ok().filter(|n| (1..=all).contains(n));
    let number: usize = number.ok_or_else(|| PageError::not_found(say("hints-no-such").to_string()))?;
    let (visitor, cookie) = visitor.or_new(state);
    let owner = visitor.owner().unwrap_or_default();
    state.service.store().open_hint(&owner, &exercise.slug, number as u32).await?;
    Ok((number, Learned::of(state, visitor).await?, cookie))
}
