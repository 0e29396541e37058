//! `GET /questions`: the written questions by part, or those that fit a search.

use askama::Template;
use assay_content::{Minutes, Question};
use assay_store::Answer;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::error::PageError;
use super::question::private;
use super::verdict::Sign;
use super::{layout, learned, questions, units};
use crate::language::say;
use crate::state::AppState;
use crate::visitor::Visitor;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    /// Words, all of which must be there.
    q: String,
    /// `new`, `begun` or `answered`; anything else is all of them.
    state: String,
}

#[derive(Template)]
#[template(path = "questions.html")]
struct QuestionsPage<'a> {
    filter: &'a Filter,
    states: [&'static str; 3],
    parts: Vec<(&'a str, Vec<Row<'a>>)>,
    total: usize,
    shown: usize,
}

/// A question as one visitor stands to it.
struct Row<'a> {
    question: &'a Question,
    sign: Sign,
    /// When, and how it went.
    more: String,
    /// Whether there is something to look back at.
    answered: bool,
}

/// What one can ask for; each is also the word of a row's sign.
const STATES: [&str; 3] = ["new", "begun", "answered"];

pub(super) async fn get(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(filter): Query<Filter>,
) -> Result<Response, PageError> {
    let answers = match visitor.owner() {
        Some(owner) => state.service.store().answers_of(&owner).await?,
        None => Vec::new(),
    };
    let words: Vec<String> = filter.q.split_whitespace().map(str::to_lowercase).collect();
    let wanted = STATES.into_iter().find(|name| *name == filter.state);
    let mut parts: Vec<(&str, Vec<Row<'_>>)> = Vec::new();
    let mut shown = 0;
    for question in state.library.questions().filter(|q| fits(q, &words)) {
        let row = row(question, answers.iter().filter(|a| a.question == question.slug));
        let is_wanted = |name: &str| row.sign.word == name || (name == "answered" && row.answered);
        if !wanted.is_none_or(is_wanted) {
            continue;
        }
        shown += 1;
        match parts.iter_mut().find(|(part, _)| *part == question.part) {
            Some((_, rows)) => rows.push(row),
            None => parts.push((&question.part, vec![row])),
        }
    }
    let total = state.library.questions().len();
    private(&QuestionsPage { filter: &filter, states: STATES, parts, total, shown })
}

/// Whether each of the words is somewhere in what the list shows of it.
fn fits(q: &Question, words: &[String]) -> bool {
    let texts = [&q.title, &q.summary, &q.label, &q.part].into_iter().chain(&q.topics);
    let text = texts.map(|t| t.to_lowercase()).collect::<Vec<_>>().join("\n");
    words.iter().all(|word| text.contains(word))
}

/// `answers`: those to this question, oldest first.
fn row<'a>(question: &'a Question, answers: impl Iterator<Item = &'a Answer>) -> Row<'a> {
    let (done, open): (Vec<&Answer>, Vec<&Answer>) = answers.partition(|a| a.done_ms.is_some());
    let last = done.last().map(|a| {
        let said = if open.is_empty() { say("questions-last") } else { say("questions-answered-last") };
        said.with("times", done.len())
            .with("day", units::day(a.done_ms.unwrap_or_default()))
            .with("found", found(question, a))
            .with("points", question.points.len())
            .to_string()
    });
    let sign = match (open.is_empty(), &last) {
        (false, _) => Sign { word: "begun", shape: '◐', class: "v v-begun".into() },
        (true, Some(_)) => Sign { word: "answered", shape: '●', class: "v v-answered".into() },
        (true, None) => Sign { word: "new", shape: '○', class: "v v-new".into() },
    };
    let more = match (open.first(), last) {
        (Some(a), None) if a.started_ms.is_some() => say("questions-clock-runs").to_string(),
        (_, last) => last.unwrap_or_default(),
    };
    Row { question, sign, more, answered: !done.is_empty() }
}

/// How many of the question's points are ticked in an answer.
pub(super) fn found(question: &Question, answer: &Answer) -> usize {
    question.points.iter().filter(|p| answer.ticked.contains(&p.id)).count()
}

/// `5` or `5–6`.
pub(super) fn minutes(m: Minutes) -> String {
    if m.least == m.most { m.most.to_string() } else { format!("{}–{}", m.least, m.most) }
}
