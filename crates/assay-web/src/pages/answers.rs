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
use super::{layout, questions, units};
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
    comparison: Option<Comparison<'a>>,
    problem: Option<&'static str>,
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
struct Comparison<'a> {
    sentence: String,
    then: String,
    now: String,
    points: Vec<Point<'a>>,
    rows: Vec<Row>,
    same: bool,
}

/// A point in both.
struct Point<'a> {
    says: Markup,
    then: Sign,
    now: Sign,
    /// What became of it.
    became: &'a str,
}

pub(super) async fn get(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(name): Path<String>,
    Query(pair): Query<Pair>,
) -> Result<Response, PageError> {
    let owner = visitor.owner();
    let gone = |_| PageError::not_found("There is no question of that name.");
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
        _ if asked => (None, Some("Choose two different answers to compare.")),
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
    units::count(answer.text.split_whitespace().count(), "word")
}

async fn compare<'a>(question: Option<&Question>, then: &Answer, now: &Answer) -> Comparison<'a> {
    let asked = question.map(|q| q.points.as_slice()).unwrap_or_default();
    let mut points = Vec::new();
    let (mut gained, mut lost) = (0, 0);
    for point in asked {
        let (was, is) = (then.ticked.contains(&point.id), now.ticked.contains(&point.id));
        let became = match (was, is) {
            (true, true) => "in both",
            (false, true) => "gained",
            (true, false) => "lost",
            (false, false) => "in neither",
        };
        gained += usize::from(!was && is);
        lost += usize::from(was && !is);
        points.push(Point { says: Markup::inline(&point.says), then: tick(was), now: tick(is), became });
    }
    let sentence = match (gained, lost) {
        (0, 0) => "The same points are ticked in both.".to_owned(),
        (gained, 0) => format!("{} gained, none lost.", units::count(gained, "point")),
        (0, lost) => format!("{} lost, none gained.", units::count(lost, "point")),
        (gained, lost) => format!("{} gained, {lost} lost.", units::count(gained, "point")),
    };
    let texts = (then.text.clone(), now.text.clone());
    let rows = off_the_loop(move || diff::rows(&texts.0, &texts.1, Care::folding(true))).await;
    Comparison { sentence, then: when(then), now: when(now), points, rows, same: then.text == now.text }
}

fn tick(there: bool) -> Sign {
    let (shape, word, class) = if there { ('●', "yes", "v v-passed") } else { ('–', "no", "v") };
    Sign { shape, word, class: class.to_owned() }
}
