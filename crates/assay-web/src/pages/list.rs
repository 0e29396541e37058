//! `GET /exercises`: the catalogue by part; words, topic, kind, state and part narrow it down, alone or together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use askama::Template;
use assay_content::{Exercise, Kind};
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

use super::error::PageError;
use super::learned::{Learned, Stage, proof};
use super::shown::Shown;
use super::verdict::Sign;
use super::{layout, list};
use crate::language::{Message, say};
use crate::state::AppState;
use crate::visitor::Visitor;

/// Longest text that is searched for, bytes.
const MOST_SEARCHED: usize = 200;

const KINDS: [Kind; 3] = [Kind::Implement, Kind::Repair, Kind::Exhibit];

/// The word for a kind.
pub(crate) fn kind(kind: Kind) -> String {
    let word = match kind {
        Kind::Implement => say("catalogue-kind-implement"),
        Kind::Repair => say("catalogue-kind-repair"),
        Kind::Exhibit => say("catalogue-kind-exhibit"),
    };
    word.to_string()
}

/// The word for a kind in addresses.
fn kind_asked(kind: Kind) -> &'static str {
    match kind {
        Kind::Implement => "implement",
        Kind::Repair => "repair",
        Kind::Exhibit => "exhibit",
    }
}

/// What is asked for; an empty text asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Filter {
    q: String,
    part: String,
    topic: String,
    kind: String,
    state: String,
}

impl Filter {
    fn read(fields: Vec<(String, String)>) -> Filter {
        let mut filter = Filter::default();
        for (name, value) in fields {
            if let Some((_, field)) = filter.fields_mut().into_iter().find(|(known, _)| *known == name) {
                value.trim().clone_into(field);
            }
        }
        let most = filter.q.floor_char_boundary(MOST_SEARCHED);
        filter.q.truncate(most);
        filter
    }

    fn fields_mut(&mut self) -> [(&'static str, &mut String); 5] {
        let Filter { q, part, topic, kind, state } = self;
        [("q", q), ("part", part), ("topic", topic), ("kind", kind), ("state", state)]
    }

    /// Names and values of what is asked for.
    fn asked(&self) -> Vec<(&'static str, &str)> {
        let Filter { q, part, topic, kind, state } = self;
        let all = [("q", q), ("part", part), ("topic", topic), ("kind", kind), ("state", state)];
        all.into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.as_str()))
            .collect()
    }

    /// The same with one more thing asked for, or another instead.
    fn with<'a>(&'a self, name: &'static str, value: &'a str) -> Vec<(&'static str, &'a str)> {
        let mut asked = self.without(name);
        asked.push((name, value));
        asked
    }

    fn without(&self, name: &str) -> Vec<(&'static str, &str)> {
        self.asked().into_iter().filter(|(known, _)| *known != name).collect()
    }

    fn fits(&self, e: &Exercise, stage: Stage) -> bool {
        let is = |asked: &str, value: &str| asked.is_empty() || asked == value;
        is(&self.part, &e.part)
            && is(&self.kind, kind_asked(e.kind))
            && is(&self.state, stage.word())
            && (self.topic.is_empty() || e.topics.contains(&self.topic))
            && self.finds(e)
    }

    /// Whether every word stands somewhere in what is told of the exercise.
    fn finds(&self, e: &Exercise) -> bool {
        let told = [
            e.slug.as_str(),
            &e.title,
            &e.summary,
            &e.topics.join("\n"),
            &e.part,
            &e.question,
            &kind(e.kind),
            &proof(e),
        ];
        let told = told.join("\n").to_lowercase();
        self.q.to_lowercase().split_whitespace().all(|word| told.contains(word))
    }
}

/// Something that is asked for, and how to ask for the rest alone.
struct Chip<'a> {
    /// What kind of thing, in words.
    name: String,
    /// As it may be read: anybody can write the address.
    value: Shown,
    rest: Vec<(&'static str, &'a str)>,
}

/// A choice among values.
struct Choice<'a> {
    name: &'static str,
    label: String,
    /// The value for everything, in words.
    any: String,
    chosen: &'a str,
    /// As addresses have them, and in words.
    values: Vec<(&'a str, String)>,
}

struct Row<'a> {
    exercise: &'a Exercise,
    stage: Stage,
    sign: Sign,
    proof: String,
}

struct Part<'a> {
    name: &'a str,
    rows: Vec<Row<'a>>,
    /// How many of all in it are solved.
    solved: usize,
    of: usize,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage<'a> {
    filter: &'a Filter,
    chips: Vec<Chip<'a>>,
    choices: Vec<Choice<'a>>,
    parts: Vec<Part<'a>>,
    shown: usize,
    total: usize,
}

pub(super) async fn get(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(fields): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let filter = Filter::read(fields);
    let learned = Learned::of(&state, visitor).await?;
    let all: Vec<&Arc<Exercise>> = state.catalogue.iter().collect();
    let parts = parts(&all, &filter, &learned);
    let page = ListPage {
        chips: chips(&filter),
        choices: choices(&all, &filter),
        shown: parts.iter().map(|part| part.rows.len()).sum(),
        parts,
        total: all.len(),
        filter: &filter,
    };
    // What somebody has solved is theirs, and changes.
    Ok(([(header::CACHE_CONTROL, "private, no-cache")], Html(page.render()?)).into_response())
}

fn chips(filter: &Filter) -> Vec<Chip<'_>> {
    let asked = filter.asked().into_iter();
    asked
        .map(|(name, value)| {
            let words = match name {
                "part" => say("catalogue-asked-part"),
                "topic" => say("catalogue-asked-topic"),
                "kind" => say("catalogue-asked-kind"),
                "state" => say("catalogue-asked-state"),
                _ => say("catalogue-asked-words"),
            };
            let known = match name {
                "kind" => KINDS.into_iter().find(|k| kind_asked(*k) == value).map(kind),
                "state" => Stage::ALL.into_iter().find(|s| s.word() == value).map(Stage::said),
                _ => None,
            };
            let value = Shown::new(known.as_deref().unwrap_or(value));
            Chip { name: words.to_string(), value, rest: filter.without(name) }
        })
        .collect()
}

fn choices<'a>(all: &[&'a Arc<Exercise>], filter: &'a Filter) -> Vec<Choice<'a>> {
    let mut parts: Vec<&str> = all.iter().map(|e| e.part.as_str()).collect();
    parts.dedup();
    let topics: BTreeSet<&str> = all.iter().flat_map(|e| &e.topics).map(String::as_str).collect();
    let plain = |value: &'a str| (value, value.to_owned());
    let parts = parts.into_iter().map(plain).collect();
    let topics = topics.into_iter().map(plain).collect();
    let kinds = KINDS.map(|k| (kind_asked(k), kind(k))).to_vec();
    let states = Stage::ALL.map(|s| (s.word(), s.said())).to_vec();
    let choice = |name, label: Message<'static>, any: Message<'static>, chosen, values| Choice {
        name,
        label: label.to_string(),
        any: any.to_string(),
        chosen,
        values,
    };
    vec![
        choice("part", say("catalogue-part"), say("catalogue-all-parts"), filter.part.as_str(), parts),
        choice("topic", say("catalogue-topic"), say("catalogue-all-topics"), &filter.topic, topics),
        choice("kind", say("catalogue-kind"), say("catalogue-all-kinds"), &filter.kind, kinds),
        choice("state", say("catalogue-state"), say("catalogue-any-state"), &filter.state, states),
    ]
}

/// The parts that have something to show, in the order of the catalogue.
fn parts<'a>(all: &[&'a Arc<Exercise>], filter: &Filter, learned: &Learned) -> Vec<Part<'a>> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut parts: Vec<Part<'a>> = Vec::new();
    for e in all {
        let stage = learned.stage(e.slug.as_str());
        let (solved, of) = counts.entry(&e.part).or_default();
        *solved += usize::from(stage == Stage::Solved);
        *of += 1;
        if !filter.fits(e, stage) {
            continue;
        }
        let row = Row { exercise: e, stage, sign: stage.into(), proof: proof(e) };
        match parts.last_mut() {
            Some(part) if part.name == e.part => part.rows.push(row),
            _ => parts.push(Part { name: &e.part, rows: vec![row], solved: 0, of: 0 }),
        }
    }
    for part in &mut parts {
        (part.solved, part.of) = counts[part.name];
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(fields: &[(&str, &str)]) -> Filter {
        Filter::read(fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn what_is_asked_for_is_read_and_the_rest_is_left() {
        let read = filter(&[("q", " a b "), ("state", ""), ("color", "red"), ("topic", "x"), ("topic", "y")]);
        assert_eq!(read.asked(), [("q", "a b"), ("topic", "y")]);
        assert_eq!(read.without("q"), [("topic", "y")]);
        assert_eq!(read.with("topic", "z"), [("q", "a b"), ("topic", "z")]);
        assert_eq!(filter(&[("q", &"ü".repeat(300))]).q.len(), 200);
    }
}
