//! `GET /exercises`: the catalogue by part, or what has one topic of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use assay_content::{Exercise, Kind};
use axum::extract::{Query, State};
use axum::response::Html;
use serde::Deserialize;

use super::error::PageError;
use super::{layout, list};
use crate::state::AppState;

#[derive(Deserialize)]
pub(super) struct Filter {
    topic: Option<String>,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage<'a> {
    topics: Vec<(&'a str, usize)>,
    topic: Option<&'a str>,
    parts: Vec<(&'a str, Vec<&'a Exercise>)>,
    total: usize,
}

/// The word for a kind.
pub(crate) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Implement => "implement",
        Kind::Repair => "repair",
        Kind::Exhibit => "exhibit",
    }
}

/// What a kind asks for, a sentence.
pub(crate) fn asks(kind: Kind) -> &'static str {
    match kind {
        Kind::Implement => "Write the package.",
        Kind::Repair => "Mend the package.",
        Kind::Exhibit => "Write a program that shows it; the run is the proof.",
    }
}

pub(super) async fn get(
    State(state): State<AppState>,
    Query(filter): Query<Filter>,
) -> Result<Html<String>, PageError> {
    let all: Vec<&Arc<Exercise>> = state.catalogue.iter().collect();
    let topic = filter.topic.as_deref().filter(|t| !t.is_empty());
    let mut topics: BTreeMap<&str, usize> = BTreeMap::new();
    for t in all.iter().flat_map(|e| &e.topics) {
        *topics.entry(t).or_default() += 1;
    }
    let mut parts: BTreeMap<&str, Vec<&Exercise>> = BTreeMap::new();
    for e in all.iter().filter(|e| topic.is_none_or(|t| e.topics.iter().any(|x| x == t))) {
        parts.entry(&e.part).or_default().push(e);
    }
    // Questions are numbered through the interview, so their order is also the order of the parts.
    let number = |e: &Exercise| {
        e.question.trim_start_matches(|c: char| !c.is_ascii_digit()).parse::<u32>().unwrap_or(u32::MAX)
    };
    let mut parts: Vec<_> = parts.into_iter().collect();
    for (_, exercises) in &mut parts {
        exercises.sort_by_key(|e| (number(e), e.minutes));
    }
    parts.sort_by_key(|(_, exercises)| exercises.iter().map(|e| number(e)).min());
    let page = ListPage { topics: topics.into_iter().collect(), topic, parts, total: all.len() };
    Ok(Html(page.render()?))
}
