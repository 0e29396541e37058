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
    let shown = all.iter().filter(|e| topic.is_none_or(|t| e.topics.iter().any(|x| x == t)));
    let mut parts: Vec<(&str, Vec<&Exercise>)> = Vec::new();
    for e in shown {
        match parts.last_mut() {
            Some((part, exercises)) if *part == e.part => exercises.push(e),
            _ => parts.push((&e.part, vec![e])),
        }
    }
    let page = ListPage { topics: topics.into_iter().collect(), topic, parts, total: all.len() };
    Ok(Html(page.render()?))
}
