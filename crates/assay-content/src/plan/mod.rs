//! An interview of a given length: which parts, which questions, how long each. Pure and without chance.

mod allot;

use assay_core::Slug;
use serde::Serialize;

use crate::{Ask, Interview, Library, Minutes, Part, Question};
use allot::{Share, allot};

/// What is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanRequest {
    /// Length; the interview's own when not said.
    pub minutes: Option<u32>,
    /// Topics to put first, as questions and exercises name them, or names of questions.
    pub focus: Vec<String>,
}

/// An interview that fits its minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Which interview.
    pub interview: Slug,
    /// For people.
    pub title: String,
    /// Minutes that were asked for; the parts take no more.
    pub minutes: u32,
    /// In order.
    pub parts: Vec<PlannedPart>,
    /// Optional parts that found no room.
    pub left_out: Vec<String>,
    /// Minutes that no part can use.
    pub free: u32,
}

/// A part with its minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedPart {
    /// Its name.
    pub name: String,
    /// Minutes after the interview's beginning.
    pub start: u32,
    /// Its length.
    pub minutes: u32,
    /// Most points.
    pub points: u32,
    /// Least points to pass.
    pub minimum: Option<u32>,
    /// What is asked, in order; together no longer than the part.
    pub asks: Vec<PlannedAsk>,
}

/// A question with its minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedAsk {
    /// Which question.
    pub question: Slug,
    /// Which block of it.
    pub block: Option<String>,
    /// The question's number.
    pub label: String,
    /// For people; the block's, if one is meant.
    pub title: String,
    /// Its length.
    pub minutes: u32,
    /// Whether it is about a topic that was asked for.
    pub focus: bool,
    /// Exercises that prove by running what is said here.
    pub exercises: Vec<Slug>,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPlan {
    /// The required parts alone need more.
    #[error("{minutes} minutes are too short: the required parts need {needed}")]
    TooShort {
        /// Minutes that were asked for.
        minutes: u32,
        /// Minutes that the required parts need, with one short question each.
        needed: u32,
        /// The same, part by part.
        parts: Vec<(String, u32)>,
    },
    /// No question is about it.
    #[error("no question of this interview is about `{word}`")]
    UnknownFocus {
        /// The topic that was asked for.
        word: String,
        /// Topics that there are.
        known: Vec<String>,
    },
}

/// A plan of `interview`. Required parts are always in it, with at least one question where they have any; optional parts
/// when their share of the time is enough for a question, or when the focus asks for them.
pub fn plan(interview: &Interview, library: &Library, request: &PlanRequest) -> Result<Plan, NoPlan> {
    let minutes = request.minutes.unwrap_or(interview.minutes);
    known_focus(interview, library, &request.focus)?;
    let candidates: Vec<Vec<Candidate>> =
        interview.parts.iter().map(|p| candidates(p, library, &request.focus)).collect();
    let shares: Vec<Share> = interview.parts.iter().zip(&candidates).map(|(p, c)| share(p, c)).collect();
    let allotted = allot(&shares, minutes).map_err(|needed| NoPlan::TooShort {
        minutes,
        needed,
        parts: (interview.parts.iter().zip(&shares))
            .filter(|(p, _)| !p.optional)
            .map(|(p, s)| (p.name.clone(), s.floor))
            .collect(),
    })?;
    let mut start = 0;
    let mut parts = Vec::new();
    let mut left_out = Vec::new();
    for ((part, candidates), minutes) in interview.parts.iter().zip(candidates).zip(allotted) {
        let Some(minutes) = minutes else {
            left_out.push(part.name.clone());
            continue;
        };
        parts.push(PlannedPart {
            name: part.name.clone(),
            start,
            minutes,
            points: part.points,
            minimum: part.minimum,
            asks: choose(candidates, minutes),
        });
        start += minutes;
    }
    let (interview, title) = (interview.slug.clone(), interview.title.clone());
    Ok(Plan { interview, title, minutes, parts, left_out, free: minutes - start })
}

/// A question that a part may ask.
struct Candidate {
    ask: PlannedAsk,
    minutes: Minutes,
    /// Place in the part's list.
    place: usize,
}

/// Those of the list, and those alternatives that the focus is about; what the focus is about comes first.
fn candidates(part: &Part, library: &Library, focus: &[String]) -> Vec<Candidate> {
    let mut all: Vec<Candidate> = Vec::new();
    for (place, ask) in part.asks.iter().chain(&part.alternatives).enumerate() {
        let Some((question, minutes, title, exercises)) = resolve(ask, library) else { continue };
        let focused = focus.iter().any(|word| is_about(question, library, word));
        if place >= part.asks.len() && !focused {
            continue;
        }
        let ask = PlannedAsk {
            question: ask.question.clone(),
            block: ask.block.clone(),
            label: question.label.clone(),
            title,
            minutes: minutes.least,
            focus: focused,
            exercises: exercises.to_vec(),
        };
        all.push(Candidate { ask, minutes, place });
    }
    all.sort_by_key(|c| (!c.ask.focus, c.place));
    all
}

/// What is asked: its question, time, title and proofs.
fn resolve<'l>(ask: &Ask, library: &'l Library) -> Option<(&'l Question, Minutes, String, &'l [Slug])> {
    let question = library.question(&ask.question)?;
    match &ask.block {
        None => Some((question, question.minutes, question.title.clone(), &question.exercises)),
        Some(block) => {
            let block = question.block(block)?;
            let title = format!("{}: {}", question.title, block.title);
            Some((question, block.minutes, title, &block.exercises))
        }
    }
}

fn share(part: &Part, candidates: &[Candidate]) -> Share {
    let least = candidates.iter().map(|c| c.minutes.least).min();
    let most: u32 = candidates.iter().map(|c| c.minutes.most).sum();
    Share {
        weight: part.minutes,
        floor: least.unwrap_or(part.minutes),
        // A part without questions keeps its length: there is nothing to shorten or to fill.
        ceiling: if least.is_some() { most.max(part.minutes) } else { part.minutes },
        optional: part.optional,
        wanted: candidates.iter().any(|c| c.ask.focus),
    }
}

/// Takes candidates in turn while the shortest answer fits, then lets the earlier ones run longer.
fn choose(candidates: Vec<Candidate>, minutes: u32) -> Vec<PlannedAsk> {
    let mut left = minutes;
    let mut chosen = Vec::new();
    for candidate in candidates {
        if candidate.minutes.least <= left {
            left -= candidate.minutes.least;
            chosen.push(candidate);
        }
    }
    for candidate in &mut chosen {
        let more = left.min(candidate.minutes.most - candidate.minutes.least);
        candidate.ask.minutes += more;
        left -= more;
    }
    chosen.sort_by_key(|c| c.place);
    chosen.into_iter().map(|c| c.ask).collect()
}

fn is_about(question: &Question, library: &Library, word: &str) -> bool {
    let same = |other: &str| other.eq_ignore_ascii_case(word.trim());
    let proof = |slug: &Slug| {
        same(slug.as_str()) || library.exercises.get(slug).is_some_and(|e| e.topics.iter().any(|t| same(t)))
    };
    same(question.slug.as_str())
        || same(&question.label)
        || question.topics.iter().any(|t| same(t))
        || question.exercises.iter().any(proof)
}

fn known_focus(interview: &Interview, library: &Library, focus: &[String]) -> Result<(), NoPlan> {
    let asks = interview.parts.iter().flat_map(|p| p.asks.iter().chain(&p.alternatives));
    let questions: Vec<&Question> =
        asks.filter_map(|a| library.question(&a.question)).map(AsRef::as_ref).collect();
    match focus.iter().find(|word| !questions.iter().any(|q| is_about(q, library, word))) {
        None => Ok(()),
        Some(word) => {
            let mut known: Vec<String> = questions.iter().flat_map(|q| q.topics.iter().cloned()).collect();
            known.sort();
            known.dedup();
            Err(NoPlan::UnknownFocus { word: word.clone(), known })
        }
    }
}
