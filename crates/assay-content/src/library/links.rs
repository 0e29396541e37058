//! What points from one folder to another must be there, and point back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use assay_core::Slug;

use super::Shelves;
use crate::error::Problems;
use crate::folder::{Entry, Folder};
use crate::interview::{Ask, Interview, Loaded as LoadedInterview, Part};
use crate::question::{Loaded as LoadedQuestion, Minutes, Question};
use crate::section::Section;
use crate::{ContentError, texts};

/// Checks all links and keeps what is sound.
pub(super) fn check(
    path: &Path,
    shelves: &Shelves,
    questions: Vec<LoadedQuestion>,
    interviews: Vec<LoadedInterview>,
) -> (Vec<Question>, Vec<Interview>, Vec<ContentError>) {
    let problems = Problems::default();
    let links = Links {
        coding: names(shelves.coding.as_ref()),
        written: names(shelves.written.as_ref()),
        questions: questions.iter().map(|q| (&q.question.slug, q)).collect(),
        interviews: &interviews,
        problems: &problems,
    };
    let questions_sound: Vec<bool> = questions.iter().map(|q| links.question(q)).collect();
    let sound: BTreeSet<&Slug> = questions
        .iter()
        .zip(&questions_sound)
        .filter(|(_, sound)| **sound)
        .map(|(q, _)| &q.question.slug)
        .collect();
    let interviews_sound: Vec<bool> = interviews.iter().map(|i| links.interview(i, &sound)).collect();
    links.exercises(path, shelves.coding.as_ref());
    (
        kept(questions.iter().map(|q| &q.question), &questions_sound),
        kept(interviews.iter().map(|i| &i.interview), &interviews_sound),
        problems.into_sorted(),
    )
}

fn kept<'a, T: Clone + 'a>(all: impl Iterator<Item = &'a T>, sound: &[bool]) -> Vec<T> {
    all.zip(sound).filter(|(_, sound)| **sound).map(|(one, _)| one.clone()).collect()
}

/// Also what does not load has a name that may be pointed at: one fault is enough.
fn names(shelf: Option<&Folder>) -> BTreeSet<&str> {
    let folder = |(name, entry)| matches!(entry, &Entry::Folder(_)).then_some(name);
    shelf.into_iter().flat_map(Folder::iter).filter_map(folder).collect()
}

struct Links<'a> {
    coding: BTreeSet<&'a str>,
    written: BTreeSet<&'a str>,
    questions: BTreeMap<&'a Slug, &'a LoadedQuestion>,
    interviews: &'a [LoadedInterview],
    problems: &'a Problems,
}

impl Links<'_> {
    /// A question's number is its own, its exercises exist, and some interview asks it in the part that it names.
    fn question(&self, loaded: &LoadedQuestion) -> bool {
        let LoadedQuestion { question, file, label_line, part_line, exercise_lines } = loaded;
        let mut sound = true;
        let mut fault = |line: u32, message: String| {
            self.problems.at_line(file, line, message);
            sound = false;
        };
        let first = self.questions.values().find(|q| q.question.label == question.label);
        if let Some(first) = first.filter(|q| q.question.slug != question.slug) {
            let (label, other) = (&question.label, &first.question.slug);
            fault(*label_line, format!("`{other}` is {label} already; take the next number"));
        }
        for (exercise, line) in question.exercises.iter().zip(exercise_lines) {
            if !self.coding.contains(exercise.as_str()) {
                fault(*line, format!("there is no exercise `{exercise}` in coding/"));
            }
        }
        let asking = |p: &&Part| p.asks.iter().chain(&p.alternatives).any(|a| a.question == question.slug);
        let parts: Vec<&Part> =
            self.interviews.iter().flat_map(|i| &i.interview.parts).filter(asking).collect();
        if !self.interviews.is_empty() && parts.iter().all(|p| p.name != question.part) {
            let part = &question.part;
            fault(
                *part_line,
                format!("no interview asks this in a part `{part}`; name it there, or correct the part"),
            );
        }
        for block in &question.blocks {
            let asked = |a: &Ask| {
                a.question == question.slug && a.block.as_ref().is_none_or(|name| *name == block.id)
            };
            let some = parts.iter().any(|p| p.asks.iter().chain(&p.alternatives).any(asked));
            if !parts.is_empty() && !some {
                fault(*part_line, format!("no interview asks block `{}`; name it in a part", block.id));
            }
        }
        sound
    }

    /// What an interview asks exists, and every part has time for at least one of its questions.
    fn interview(&self, loaded: &LoadedInterview, sound_questions: &BTreeSet<&Slug>) -> bool {
        let mut sound = true;
        for (part, lines) in loaded.interview.parts.iter().zip(&loaded.lines) {
            let mut shortest: Option<u32> = None;
            let mut known = true;
            for (ask, line) in part.asks.iter().chain(&part.alternatives).zip(&lines.asks) {
                sound &= sound_questions.contains(&ask.question);
                match self.minutes(ask) {
                    Ok(minutes) if part.asks.contains(ask) => {
                        let least = minutes.least;
                        shortest = Some(shortest.map_or(least, |s| s.min(least)));
                    }
                    Ok(_) => {}
                    Err(None) => known = false,
                    Err(Some(message)) => {
                        known = false;
                        sound = false;
                        self.problems.at_line(&loaded.file, *line, message);
                    }
                }
            }
            if let Some(shortest) = shortest.filter(|s| known && *s > part.minutes) {
                let message = format!(
                    "part `{}` has {} minutes, its shortest question needs {shortest}: no plan fits",
                    part.name, part.minutes
                );
                self.problems.at_line(&loaded.file, lines.minutes, message);
                sound = false;
            }
        }
        sound
    }

    /// How long a question takes; an error without words when its own folder has said what is wrong.
    fn minutes(&self, ask: &Ask) -> Result<Minutes, Option<String>> {
        let Some(loaded) = self.questions.get(&ask.question) else {
            let there = self.written.contains(ask.question.as_str());
            return Err((!there).then(|| format!("there is no question `{}` in written/", ask.question)));
        };
        match &ask.block {
            None => Ok(loaded.question.minutes),
            Some(block) => loaded.question.block(block).map(|b| b.minutes).ok_or_else(|| {
                Some(format!("question `{}` has no block `{}`", ask.question, block.escape_debug()))
            }),
        }
    }

    /// An exercise that names a numbered question is named by that question, and its part is one of an interview.
    fn exercises(&self, path: &Path, coding: Option<&Folder>) {
        if self.questions.is_empty() {
            return;
        }
        for (slug, entry) in coding.into_iter().flat_map(Folder::iter) {
            let Entry::Folder(folder) = entry else { continue };
            let file = path.join("coding").join(slug).join("exercise.toml");
            self.exercise(slug, folder, file);
        }
    }

    fn exercise(&self, slug: &str, folder: &Folder, file: PathBuf) {
        // Whatever else is wrong with the file has been said when the exercise was loaded.
        let silent = Problems::default();
        let Some(text) = folder.file("exercise.toml").and_then(|b| texts::text(&file, b, &silent)) else {
            return;
        };
        let Some(mut top) = Section::parse(&file, text, &silent) else { return };
        if let Some(part) = top.optional_text("part").filter(|_| !self.interviews.is_empty()) {
            let mut parts = self.interviews.iter().flat_map(|i| &i.interview.parts);
            if !parts.any(|p| p.name == part.value) {
                let shown = part.value.escape_debug();
                self.problems.at_line(&file, part.line, format!("no interview has a part `{shown}`"));
            }
        }
        let Some(named) = top.optional_text("question") else { return };
        let label = named.value.split_whitespace().next().unwrap_or_default();
        let mut chars = label.chars();
        let lettered = chars.next().is_some_and(|c| c.is_ascii_uppercase());
        if !lettered || chars.as_str().is_empty() || !chars.all(|c| c.is_ascii_digit()) {
            return;
        }
        match self.questions.values().find(|q| q.question.label == label) {
            // It may be the number of a question that does not load.
            None if self.questions.len() < self.written.len() => {}
            None => {
                let shown = label.escape_debug();
                self.problems.at_line(
                    &file,
                    named.line,
                    format!("no question in written/ has the number `{shown}`"),
                );
            }
            Some(q) if q.question.exercises.iter().any(|e| e.as_str() == slug) => {}
            Some(q) => {
                let message = format!("{label} does not name this exercise; add it in {}", q.file.display());
                self.problems.at_line(&file, named.line, message);
            }
        }
    }
}
