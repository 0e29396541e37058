//! `GET /questions/{slug}/answers/{id}`: an answer that is done, with what was expected beside it; and the ticks,
//! `POST /questions/{slug}/answers/{id}/points`.

use askama::Template;
use assay_content::{Exercise, Point, Question, Strength};
use assay_store::Answer;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::error::PageError;
use super::markdown::Markup;
use super::question::{self, private, took};
use super::shown::Shown;
use super::{layout, questions, units};
use crate::language::{Message, say};
use crate::service::ticked;
use crate::state::AppState;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "answer.html")]
struct AnswerPage<'a> {
    title: &'a str,
    answer: &'a Answer,
    /// None when it was taken out since.
    question: Option<&'a Question>,
    text: Shown,
    took: String,
    done: String,
    /// The points by block; one group without a name where there are no blocks.
    groups: Vec<(&'a str, Vec<Row<'a>>)>,
    found: usize,
    wrong: Vec<Claim<'a>>,
    follow_ups: Vec<Asked>,
    exercises: Vec<&'a Exercise>,
}

/// A point with its tick.
struct Row<'a> {
    point: &'a Point,
    says: Markup,
    why: Markup,
    source: Markup,
    ticked: bool,
}

/// What is often said and is not so.
struct Claim<'a> {
    said: Markup,
    why: Markup,
    until: Option<&'a str>,
    source: Markup,
}

/// A further question and what to listen for.
struct Asked {
    when: String,
    asks: Markup,
    listen: Markup,
}

pub(super) async fn get(
    State(state): State<AppState>,
    visitor: Visitor,
    Path((slug, id)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (_, answer) = find(&state, visitor, &slug, &id).await?;
    let Some(done_ms) = answer.done_ms else {
        return Ok(Redirect::to(&format!("/questions/{}", answer.question)).into_response());
    };
    let question = state.library.question(&answer.question).map(AsRef::as_ref);
    let proofs = question.map(|q| q.exercises.as_slice()).unwrap_or_default();
    private(&AnswerPage {
        title: question.map_or(answer.question.as_str(), |q| &q.title),
        answer: &answer,
        question,
        text: Shown::new(&answer.text),
        took: took(&answer, question.map(|q| u64::from(q.minutes.most) * 60)),
        done: units::instant(done_ms),
        groups: question.map(|q| groups(q, &answer)).unwrap_or_default(),
        found: question.map_or(0, |q| questions::found(q, &answer)),
        wrong: question.map(wrong).unwrap_or_default(),
        follow_ups: question.map(follow_ups).unwrap_or_default(),
        exercises: proofs.iter().filter_map(|e| state.catalogue.get(e)).map(AsRef::as_ref).collect(),
    })
}

/// Each `point` of the form is the id of one that is ticked.
pub(super) async fn post(
    State(state): State<AppState>,
    visitor: Visitor,
    Path((slug, id)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (owner, answer) = find(&state, visitor, &slug, &id).await?;
    let question = question::find(&state, Some(&owner), &slug).await?;
    let names: Vec<String> =
        fields.into_iter().filter(|(name, _)| name == "point").map(|(_, id)| id).collect();
    let at = format!("/questions/{slug}/answers/{}", answer.id);
    let Ok(points) = ticked(question, &names) else {
        let (detail, answer) = (say("answer-points-changed"), say("question-your-answer"));
        return Err(PageError::not_taken(detail.to_string()).with_link(at, answer.to_string()));
    };
    // Before it is done there is nothing to tick: the page of the question is where it goes on.
    state.service.store().tick_answer(&owner, answer.id, &points).await?;
    Ok(Redirect::to(&at).into_response())
}

/// An answer of this visitor. What belongs to somebody else is not there.
async fn find(
    state: &AppState,
    visitor: Visitor,
    slug: &str,
    id: &str,
) -> Result<(String, Answer), PageError> {
    let nothing = || PageError::not_found(say("answer-no-such").to_string());
    let owner = visitor.owner().ok_or_else(nothing)?;
    let id: Uuid = id.parse().map_err(|_| nothing())?;
    let answer = state.service.store().answer(&owner, id).await?.ok_or_else(nothing)?;
    if answer.question.as_str() == slug { Ok((owner, answer)) } else { Err(nothing()) }
}

fn groups<'a>(question: &'a Question, answer: &Answer) -> Vec<(&'a str, Vec<Row<'a>>)> {
    let rows = |block: Option<&str>| -> Vec<Row<'a>> {
        let own = question.points.iter().filter(|p| p.block.as_deref() == block);
        own.map(|point| Row {
            point,
            says: Markup::inline(&point.says),
            why: Markup::inline(&point.why),
            source: Markup::inline(&point.source),
            ticked: answer.ticked.contains(&point.id),
        })
        .collect()
    };
    if question.blocks.is_empty() {
        return vec![("", rows(None))];
    }
    question.blocks.iter().map(|b| (b.title.as_str(), rows(Some(&b.id)))).collect()
}

fn wrong(question: &Question) -> Vec<Claim<'_>> {
    let claims = question.wrong.iter().map(|w| Claim {
        said: Markup::inline(&w.claim),
        why: Markup::inline(&w.why),
        until: w.until.as_deref(),
        source: Markup::inline(&w.source),
    });
    claims.collect()
}

/// The questions that lead on, and those that an interviewer asks next.
fn follow_ups(question: &Question) -> Vec<Asked> {
    let asked = |when: Message<'_>, asks: &str, listen: &str| Asked {
        when: when.to_string(),
        asks: Markup::inline(asks),
        listen: Markup::inline(listen),
    };
    let guided = question.guided.iter().map(|g| asked(say("answer-on-the-way"), &g.asks, &g.listen));
    let next = question.follow_ups.iter().map(|f| {
        let when = match f.after {
            Strength::Weak => say("answer-after-weak"),
            Strength::Adequate => say("answer-after-adequate"),
            Strength::Strong => say("answer-after-strong"),
        };
        asked(when, &f.asks, &f.listen)
    });
    guided.chain(next).collect()
}
