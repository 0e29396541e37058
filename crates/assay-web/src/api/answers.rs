//! Answers to written questions, for the script of the question's page. The expected points are in none of these answers: the page of
//! an answer that is done has them.

use std::sync::Arc;

use assay_content::Question;
use assay_core::{Slug, SlugError};
use assay_store::{Answer, Kept};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::body::JsonBody;
use super::params::PathParam;
use crate::problem::{Kind, Problem, sentence};
use crate::service::{MOST_ANSWER_BYTES, ticked};
use crate::state::AppState;
use crate::visitor::Visitor;

/// `POST /api/questions/{slug}/answers`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BeginBody {
    /// Whether the clock runs from now on.
    #[serde(default)]
    clock: bool,
}

/// `PUT /api/answers/{id}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaveBody {
    /// The revision that this text was made from; 0 for the first.
    from: u64,
    text: String,
}

/// `PUT /api/answers/{id}/points`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TickBody {
    /// Ids of all points that are ticked.
    points: Vec<String>,
}

/// An answer. Times are milliseconds since 1970 UTC by the server's clock.
#[derive(Serialize)]
pub(crate) struct AnswerBody {
    id: Uuid,
    question: Slug,
    started_ms: Option<i64>,
    done_ms: Option<i64>,
    /// Now, to count by.
    now_ms: i64,
    revision: u64,
    text: String,
    saved_ms: i64,
}

#[derive(Serialize)]
pub(crate) struct SavedBody {
    revision: u64,
    saved_ms: i64,
}

/// How many points are ticked, of how many.
#[derive(Serialize)]
pub(crate) struct TallyBody {
    ticked: usize,
    of: usize,
}

pub(crate) async fn begin(
    State(app): State<AppState>,
    visitor: Visitor,
    PathParam(slug): PathParam<String>,
    JsonBody(body): JsonBody<BeginBody>,
) -> Result<Response, Problem> {
    let question = find(&app, &slug)?;
    let (visitor, cookie) = visitor.or_new(&app);
    let owner = visitor.owner().unwrap_or_default();
    let answer =
        app.service.store().begin_answer(&owner, &question.slug, &question.version, body.clock).await?;
    let mut response = Json(answer_body(&app, answer)).into_response();
    response.headers_mut().extend(cookie);
    Ok(response)
}

pub(crate) async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    PathParam(id): PathParam<String>,
) -> Result<Json<AnswerBody>, Problem> {
    let (owner, id) = named(visitor, &id)?;
    let answer = app.service.store().answer(&owner, id).await?.ok_or_else(unknown)?;
    Ok(Json(answer_body(&app, answer)))
}

pub(crate) async fn save(
    State(app): State<AppState>,
    visitor: Visitor,
    PathParam(id): PathParam<String>,
    JsonBody(body): JsonBody<SaveBody>,
) -> Result<Json<SavedBody>, Problem> {
    let (owner, id) = named(visitor, &id)?;
    if body.text.len() > MOST_ANSWER_BYTES {
        let detail =
            format!("An answer has at most {MOST_ANSWER_BYTES} bytes. Nothing was saved; shorten it.");
        return Err(Problem::new(Kind::TooLarge, detail).with("most_bytes", MOST_ANSWER_BYTES));
    }
    match app.service.store().save_answer(&owner, id, body.from, &body.text).await? {
        Kept::Saved(answer) => Ok(Json(SavedBody { revision: answer.revision, saved_ms: answer.saved_ms })),
        Kept::Behind(theirs) => Err(Problem::new(
            Kind::AnswerBehind,
            "Another tab or machine saved in between. Its text is in `GET` of this address; nothing was overwritten.",
        )
        .with("revision", theirs.revision)),
        Kept::Over(_) => Err(Problem::new(
            Kind::AnswerDone,
            "It was finished in another tab or on another machine and changes no more. This text was not saved: begin \
             another answer with it.",
        )),
        Kept::Unknown => Err(unknown()),
    }
}

pub(crate) async fn tick(
    State(app): State<AppState>,
    visitor: Visitor,
    PathParam(id): PathParam<String>,
    JsonBody(body): JsonBody<TickBody>,
) -> Result<Json<TallyBody>, Problem> {
    let (owner, id) = named(visitor, &id)?;
    let answer = app.service.store().answer(&owner, id).await?.ok_or_else(unknown)?;
    let question = find(&app, answer.question.as_str())?;
    let points = ticked(question, &body.points).map_err(|name| {
        let name = name.escape_debug();
        Problem::new(
            Kind::UnknownPoint,
            format!("This question has no point `{name}`: it may have changed. Load the page again."),
        )
    })?;
    if app.service.store().tick_answer(&owner, id, &points).await? {
        return Ok(Json(TallyBody { ticked: points.len(), of: question.points.len() }));
    }
    Err(Problem::new(Kind::AnswerOpen, "Points are ticked when the answer is done."))
}

/// The question of that name, or the problem that there is none.
fn find<'a>(app: &'a AppState, name: &str) -> Result<&'a Arc<Question>, Problem> {
    let slug: Slug =
        name.parse().map_err(|e: SlugError| Problem::new(Kind::UnknownQuestion, sentence(&e.to_string())))?;
    app.library.question(&slug).ok_or_else(|| {
        Problem::new(
            Kind::UnknownQuestion,
            format!("There is no question `{slug}` here; /questions lists all."),
        )
    })
}

/// Who asks, and for which answer. What belongs to somebody else is not there.
fn named(visitor: Visitor, id: &str) -> Result<(String, Uuid), Problem> {
    let owner = visitor.owner().ok_or_else(unknown)?;
    Ok((owner, id.parse().map_err(|_| unknown())?))
}

fn unknown() -> Problem {
    Problem::new(Kind::UnknownAnswer, "This browser has no answer of that id.")
}

fn answer_body(app: &AppState, answer: Answer) -> AnswerBody {
    AnswerBody {
        id: answer.id,
        question: answer.question,
        started_ms: answer.started_ms,
        done_ms: answer.done_ms,
        now_ms: app.service.store().now_ms(),
        revision: answer.revision,
        text: answer.text,
        saved_ms: answer.saved_ms,
    }
}
