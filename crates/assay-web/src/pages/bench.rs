//! `GET /exercises/{slug}`: the workbench, complete without scripts; and the plain form's `POST /exercises/{slug}/runs`.

use askama::Template;
use assay_content::Exercise;
use assay_core::{Slug, SourceFile, Submission};
use assay_store::{Class, NewSubmission, Scope};
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::error::PageError;
use super::hints::Hints;
use super::learned::{Learned, Stage};
use super::markdown::Markup;
use super::{layout, list, units};
use crate::owner::Owner;
use crate::state::AppState;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "bench.html")]
struct BenchPage<'a> {
    exercise: &'a Exercise,
    prompt: Markup,
    hints: Hints,
    /// What to take away, once it is solved.
    debrief: Option<Markup>,
    limits: String,
    /// Path and text: the start, or what was posted.
    files: Vec<(&'a str, &'a str)>,
    problem: Option<String>,
    /// Whether the server may have a draft of this visitor's.
    has_draft: bool,
    nonce: String,
}

/// What stands in the plain form.
pub(super) struct Code<'a> {
    /// Path and text.
    pub(super) files: Vec<(&'a str, &'a str)>,
    /// Why it could not be taken.
    pub(super) problem: Option<String>,
}

impl<'a> Code<'a> {
    /// What the exercise begins with.
    pub(super) fn start(exercise: &'a Exercise) -> Code<'a> {
        let files = exercise.start.iter().map(|f| (f.path.as_str(), f.content.as_str())).collect();
        Code { files, problem: None }
    }
}

pub(super) async fn get(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(slug): Path<String>,
) -> Result<Response, PageError> {
    let exercise = find(&state, &slug)?;
    let has_draft = match visitor.owner() {
        // A page whose storage is busy asks again when it saves.
        Some(owner) => !matches!(state.service.store().draft(&owner, &exercise.slug).await, Ok(None)),
        None => false,
    };
    drawn(exercise, Code::start(exercise), &Learned::of(&state, visitor).await?, None, has_draft)
}

/// The fields of the plain form, in order: `scope`, then `path` and `content` in turns.
pub(super) async fn post(
    State(state): State<AppState>,
    Owner(owner): Owner,
    visitor: Visitor,
    Path(slug): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let exercise = find(&state, &slug)?;
    let (scope, files) = read(&fields);
    // Where nothing is visible there is nothing else to run.
    let scope = if exercise.visible.is_empty() { Scope::All } else { scope };
    let submission = match submission(exercise, &files) {
        Ok(submission) => submission,
        // The code goes back into the form, so that a wrong name costs nothing.
        Err(problem) => {
            let code = Code { files, problem: Some(problem) };
            let page = page(exercise, code, &Learned::of(&state, visitor).await?, None)?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let (visitor, cookie) = visitor.or_new(&state);
    let new = NewSubmission {
        submission,
        version: exercise.version.clone(),
        owner,
        visitor: visitor.owner().unwrap_or_default(),
        class: Class::Practice,
        scope,
        seed: None,
        idempotency_key: None,
        fresh: false,
        needs: state.needs.clone(),
    };
    let made = state.service.submit(new).await?;
    let mut answer = Redirect::to(&format!("/runs/{}", made.id)).into_response();
    answer.headers_mut().extend(cookie);
    Ok(answer)
}

pub(super) fn find<'a>(state: &'a AppState, slug: &str) -> Result<&'a Exercise, PageError> {
    let found = slug.parse::<Slug>().ok().and_then(|s| state.catalogue.get(&s));
    found.map(AsRef::as_ref).ok_or_else(|| PageError::not_found(layout::say("bench-no-exercise").to_string()))
}

/// Files with neither name nor text are rows of the form that were left empty. Browsers send `\r\n`; Go files have `\n`.
pub(super) fn read(fields: &[(String, String)]) -> (Scope, Vec<(&str, &str)>) {
    let mut scope = Scope::Visible;
    let mut files = Vec::new();
    let mut path = "";
    for (name, value) in fields {
        match name.as_str() {
            "scope" if value == "all" => scope = Scope::All,
            "path" => path = value.trim(),
            "content" if !path.is_empty() || !value.trim().is_empty() => files.push((path, value.as_str())),
            _ => {}
        }
    }
    (scope, files)
}

fn submission(exercise: &Exercise, files: &[(&str, &str)]) -> Result<Submission, String> {
    let files = files.iter().map(|(path, content)| {
        let path = path.parse().map_err(|e: assay_core::FileError| e.to_string())?;
        Ok(SourceFile { path, content: content.replace("\r\n", "\n") })
    });
    let files = files.collect::<Result<Vec<_>, String>>()?;
    Submission::new(exercise.slug.clone(), files).map_err(|e| e.to_string())
}

/// The workbench; of the hints that were opened, `fresh` is unfolded.
pub(super) fn page(
    exercise: &Exercise,
    code: Code<'_>,
    learned: &Learned,
    fresh: Option<usize>,
) -> Result<Response, PageError> {
    drawn(exercise, code, learned, fresh, false)
}

fn drawn(
    exercise: &Exercise,
    Code { files, problem }: Code<'_>,
    learned: &Learned,
    fresh: Option<usize>,
    has_draft: bool,
) -> Result<Response, PageError> {
    let nonce = layout::nonce();
    let solved = learned.stage(exercise.slug.as_str()) == Stage::Solved;
    let page = BenchPage {
        exercise,
        prompt: Markup::of(&exercise.prompt),
        hints: Hints::of(exercise, learned, fresh),
        debrief: exercise.debrief.as_deref().filter(|_| solved).map(Markup::of),
        limits: limits(exercise),
        files,
        problem,
        has_draft,
        nonce: nonce.clone(),
    };
    // Which hints are open is the visitor's, and changes.
    let mut answer = ([(header::CACHE_CONTROL, "private, no-cache")], Html(page.render()?)).into_response();
    // The editor makes style elements of its own, which carry this nonce; nothing else inline is allowed.
    let policy = format!(
        "default-src 'self'; style-src 'self' 'nonce-{nonce}'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    if let Ok(value) = HeaderValue::from_str(&policy) {
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, value);
    }
    Ok(answer)
}

fn limits(e: &Exercise) -> String {
    let l = &e.limits;
    let limits = layout::say("bench-limits")
        .with("wall", units::duration(l.wall))
        .with("step", units::duration(l.step))
        .with("memory", units::bytes(l.memory))
        .with("plain", e.repetitions.plain)
        .with("race", e.repetitions.race);
    limits.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_read_in_turns_and_empty_rows_are_left_out() {
        let fields = [("scope", "all"), ("path", "a.go"), ("content", "x"), ("path", ""), ("content", " ")]
            .map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(read(&fields), (Scope::All, vec![("a.go", "x")]));
    }
}
