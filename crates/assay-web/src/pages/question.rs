//! `GET /questions/{slug}`: a question, its clock, and the answer as it grows; and the plain form's `POST /questions/{slug}/answers`.
//! What is expected is not on this page: it is on the page of an answer that is done.

use askama::Template;
use assay_content::Question;
use assay_core::Slug;
use assay_store::{Answer, Kept};
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::error::PageError;
use super::markdown::Markup;
use super::questions::minutes;
use super::shown::Shown;
use super::{layout, questions, units};
use crate::language::say;
use crate::service::MOST_ANSWER_BYTES;
use crate::state::AppState;
use crate::visitor::Visitor;

/// The fields of the plain form.
#[derive(Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    text: String,
    /// The answer that the page showed; empty when there was none yet.
    answer: String,
    /// The revision that the text was made from.
    from: u64,
    /// Which button: `start`, `save` or `done`.
    #[serde(rename = "do")]
    button: String,
}

impl Default for Fields {
    fn default() -> Fields {
        Fields { text: String::new(), answer: String::new(), from: 0, button: "save".to_owned() }
    }
}

/// How the clock stands. Seconds.
struct Clock {
    elapsed: u64,
    limit: u64,
    /// In words.
    says: String,
}

#[derive(Template)]
#[template(path = "question.html")]
struct QuestionPage<'a> {
    question: &'a Question,
    prompt: Markup,
    minutes: String,
    /// The answer that is open, if there is one.
    open: Option<&'a Answer>,
    clock: Option<Clock>,
    /// What stands in the field: what was saved, or what was posted and could not be taken.
    text: &'a str,
    from: u64,
    /// What somebody else saved in between.
    theirs: Option<Shown>,
    problem: Option<String>,
    /// Answers that are done.
    earlier: usize,
    most_bytes: usize,
}

pub(super) async fn get(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(slug): Path<String>,
) -> Result<Response, PageError> {
    let owner = visitor.owner();
    let question = find(&state, owner.as_deref(), &slug).await?;
    let all = all(&state, owner.as_deref(), &question.slug).await?;
    let open = all.iter().find(|a| a.done_ms.is_none());
    let text = open.map_or("", |a| a.text.as_str());
    private(&page(&state, question, &all, text))
}

pub(super) async fn post(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(slug): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, PageError> {
    let question = find(&state, visitor.owner().as_deref(), &slug).await?;
    let (visitor, cookie) = visitor.or_new(&state);
    let owner = visitor.owner().unwrap_or_default();
    let mut response = take(&state, question, &owner, &fields).await?;
    response.headers_mut().extend(cookie);
    Ok(response)
}

/// Keeps what was posted; what cannot be kept stands in the field again, with the reason.
async fn take(
    state: &AppState,
    question: &Question,
    owner: &str,
    fields: &Fields,
) -> Result<Response, PageError> {
    // Browsers send `\r\n`.
    let text = fields.text.replace("\r\n", "\n");
    let at = format!("/questions/{}", question.slug);
    if text.len() > MOST_ANSWER_BYTES {
        let all = state.service.store().answers_to(owner, &question.slug).await?;
        let problem = say("question-too-long").with("bytes", MOST_ANSWER_BYTES).to_string();
        let page = QuestionPage { problem: Some(problem), ..page(state, question, &all, &text) };
        return Ok((StatusCode::PAYLOAD_TOO_LARGE, private(&page)?).into_response());
    }
    let shown = match fields.answer.parse::<Uuid>() {
        Ok(id) => state.service.store().answer(owner, id).await?.filter(|a| a.question == question.slug),
        Err(_) => None,
    };
    let id = match shown {
        Some(answer) => answer.id,
        None => state.service.store().begin_answer(owner, &question.slug, &question.version, false).await?.id,
    };
    let done = fields.button == "done";
    let kept = if done {
        state.service.store().finish_answer(owner, id, fields.from, &text).await?
    } else {
        state.service.store().save_answer(owner, id, fields.from, &text).await?
    };
    let problem = match &kept {
        Kept::Saved(_) if done => return Ok(Redirect::to(&format!("{at}/answers/{id}")).into_response()),
        Kept::Saved(_) => {
            if fields.button == "start" {
                state.service.store().begin_answer(owner, &question.slug, &question.version, true).await?;
            }
            return Ok(Redirect::to(&format!("{at}#text")).into_response());
        }
        Kept::Behind(_) => say("question-behind"),
        Kept::Over(_) | Kept::Unknown => say("question-over"),
    };
    let problem = problem.to_string();
    let all = state.service.store().answers_to(owner, &question.slug).await?;
    let mut page = QuestionPage { problem: Some(problem), ..page(state, question, &all, &text) };
    if let Kept::Behind(theirs) = &kept {
        page.theirs = Some(Shown::new(&theirs.text));
        page.from = theirs.revision;
    }
    Ok((StatusCode::CONFLICT, private(&page)?).into_response())
}

/// The question of that name. One that was taken out is gone for those who answered it, and for others never was.
pub(super) async fn find<'a>(
    state: &'a AppState,
    owner: Option<&str>,
    name: &str,
) -> Result<&'a Question, PageError> {
    let nothing = || PageError::not_found(say("question-no-such").to_string());
    let slug: Slug = name.parse().map_err(|_| nothing())?;
    if let Some(question) = state.library.question(&slug) {
        return Ok(question);
    }
    if all(state, owner, &slug).await?.is_empty() {
        return Err(nothing());
    }
    let (gone, answers) = (say("question-gone"), say("question-your-answers"));
    Err(PageError::gone(gone.to_string())
        .with_link(format!("/questions/{slug}/answers"), answers.to_string()))
}

/// All answers of somebody, who may be nobody yet; newest first.
pub(super) async fn all(
    state: &AppState,
    owner: Option<&str>,
    question: &Slug,
) -> Result<Vec<Answer>, PageError> {
    Ok(match owner {
        Some(owner) => state.service.store().answers_to(owner, question).await?,
        None => Vec::new(),
    })
}

/// `all`: answers of one visitor to the question.
fn page<'a>(state: &AppState, question: &'a Question, all: &'a [Answer], text: &'a str) -> QuestionPage<'a> {
    let open = all.iter().find(|a| a.done_ms.is_none());
    let limit = u64::from(question.minutes.most) * 60;
    let elapsed = open.and_then(|a| a.seconds(state.service.store().now_ms()));
    QuestionPage {
        question,
        prompt: Markup::of(&question.prompt),
        minutes: minutes(question.minutes),
        open,
        clock: elapsed.map(|elapsed| Clock { elapsed, limit, says: left(elapsed, limit) }),
        text,
        from: open.map_or(0, |a| a.revision),
        theirs: None,
        problem: None,
        earlier: all.len() - usize::from(open.is_some()),
        most_bytes: MOST_ANSWER_BYTES,
    }
}

/// `2:40 left`, `0:45 over`.
fn left(elapsed: u64, limit: u64) -> String {
    let said = match limit.checked_sub(elapsed) {
        Some(left) => say("js-question-left").with("time", units::clock(left)),
        None => say("js-question-over").with("time", units::clock(elapsed - limit)),
    };
    said.to_string()
}

/// How long an answer took, beside what it was given.
pub(super) fn took(answer: &Answer, limit: Option<u64>) -> String {
    let Some(seconds) = answer.seconds(answer.saved_ms) else {
        return say("question-no-clock").to_string();
    };
    let took = units::clock(seconds);
    let Some(limit) = limit else { return took };
    let said = if seconds > limit {
        say("question-took-over").with("over", units::clock(seconds - limit))
    } else {
        say("question-took")
    };
    said.with("took", took).with("limit", units::clock(limit)).to_string()
}

/// A page of one visitor alone, asked for anew each time. It may be gone back to, so that a form still has what was typed into it.
pub(super) fn private(page: &impl Template) -> Result<Response, PageError> {
    Ok(([(header::CACHE_CONTROL, "private, no-cache")], Html(page.render()?)).into_response())
}

#[cfg(test)]
mod tests {
    use super::left;

    #[test]
    fn the_clock_goes_on_past_the_end() {
        assert_eq!([left(0, 360), left(200, 360)], ["6:00 left", "2:40 left"]);
        assert_eq!([left(360, 360), left(405, 360)], ["0:00 left", "0:45 over"]);
    }
}
