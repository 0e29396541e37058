//! `GET /questions/{slug}/answers`: all answers of a visitor to one question; with `?then=&now=`, two of them beside each other.

use askama::Template;
use assay_content::Question;
use assay_core::Slug;
use assay_store::Answer;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::against::off_the_loop;
use super::diff::{self, Care, Row};
use super::error::PageError;
use super::markdown::Markup;
use super::question::{all, find, private, took};
use super::verdict::Sign;
use super::{layout, learned, questions, units};
use crate::language::say;
use crate::state::AppState;
use crate::visitor::Visitor;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Pair {
    then: String,
    now: String,
}

#[derive(Template)]
#[template(path = "answers.html")]
struct AnswersPage<'a> {
    slug: &'a Slug,
    title: &'a str,
    question: Option<&'a Question>,
    /// Newest first.
    done: Vec<Line>,
    open: Option<&'a Answer>,
    /// Ids of what is chosen: the two before the last, unless others were.
    then: String,
    now: String,
    comparison: Option<Comparison>,
    problem: Option<String>,
}

/// An answer in the list.
struct Line {
    id: String,
    done: String,
    took: String,
    words: String,
    found: usize,
}

/// Two answers.
struct Comparison {
    sentence: String,
    then: String,
    now: String,
    points: Vec<Point>,
    rows: Vec<Row>,
    same: bool,
}

/// A point in both.
struct Point {
    says: Markup,
    then: Sign,
    now: Sign,
    /// What became of it.
    became: String,
}

pub(super) async fn get(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(name): Path<String>,
    Query(pair): Query<Pair>,
) -> Result<Response, PageError> {
    let owner = visitor.owner();
    let gone = |_| PageError::not_found(say("question-no-such").to_string());
    let slug: Slug = name.parse().map_err(gone)?;
    let all = all(&state, owner.as_deref(), &slug).await?;
    let question = match state.library.question(&slug) {
        Some(question) => Some(question.as_ref()),
        // What was answered can be read, also when it is asked no more.
        None if !all.is_empty() => None,
        None => Some(find(&state, owner.as_deref(), &name).await?),
    };
    let done: Vec<&Answer> = all.iter().filter(|a| a.done_ms.is_some()).collect();
    let chosen = |id: &str| done.iter().copied().find(|a| a.id.to_string() == id);
    let (then, now) = (chosen(&pair.then), chosen(&pair.now));
    let asked = !pair.then.is_empty() || !pair.now.is_empty();
    let (comparison, problem) = match (then, now) {
        (Some(then), Some(now)) if then.id != now.id => (Some(compare(question, then, now).await), None),
        _ if asked => (None, Some(say("answers-choose-two").to_string())),
        _ => (None, None),
    };
    let id = |chosen: Option<&Answer>, usual: usize| {
        chosen.or(done.get(usual).copied()).map(|a| a.id.to_string()).unwrap_or_default()
    };
    private(&AnswersPage {
        slug: &slug,
        title: question.map_or(slug.as_str(), |q| &q.title),
        question,
        then: id(then, 1),
        now: id(now, 0),
        open: all.iter().find(|a| a.done_ms.is_none()),
        done: done.iter().map(|a| line(question, a)).collect(),
        comparison,
        problem,
    })
}

fn line(question: Option<&Question>, answer: &Answer) -> Line {
    Line {
        id: answer.id.to_string(),
        done: when(answer),
        took: took(answer, question.map(|q| u64::from(q.minutes.most) * 60)),
        words: words(answer),
        found: question.map_or(answer.ticked.len(), |q| questions::found(q, answer)),
    }
}

fn when(answer: &Answer) -> String {
    units::instant(answer.done_ms.unwrap_or_default())
}

fn words(answer: &Answer) -> String {
    say("answers-words").with("n", answer.text.split_whitespace().count()).to_string()
}

async fn compare(question: Option<&Question>, then: &Answer, now: &Answer) -> Comparison {
    let asked = question.map(|q| q.points.as_slice()).unwrap_or_default();
    let mut points = Vec::new();
    let (mut gained, mut lost) = (0, 0);
    for point in asked {
        let (was, is) = (then.ticked.contains(&point.id), now.ticked.contains(&point.id));
        let became = match (was, is) {
            (true, true) => say("answers-in-both"),
            (false, true) => say("answers-gained"),
            (true, false) => say("answers-lost"),
            (false, false) => say("answers-in-neither"),
        };
        let became = became.to_string();
        gained += usize::from(!was && is);
        lost += usize::from(was && !is);
        points.push(Point { says: Markup::inline(&point.says), then: tick(was), now: tick(is), became });
    }
    let sentence = match (gained, lost) {
        (0, 0) => say("answers-same-points"),
        (gained, 0) => say("answers-only-gained").with("n", gained),
        (0, lost) => say("answers-only-lost").with("n", lost),
        (gained, lost) => say("answers-gained-and-lost").with("gained", gained).with("lost", lost),
    };
    let sentence = sentence.to_string();
    let texts = (then.text.clone(), now.text.clone());
    let rows = off_the_loop(move || diff::rows(&texts.0, &texts.1, Care::folding(true))).await;
    Comparison { sentence, then: when(then), now: when(now), points, rows, same: then.text == now.text }
}

fn tick(there: bool) -> Sign {
    let (shape, word, class) = if there { ('●', "yes", "v v-passed") } else { ('–', "no", "v") };
    Sign { shape, word, class: class.to_owned() }
}
