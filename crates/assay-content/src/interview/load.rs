//! A folder of `exercises/interviews` becomes an [`Interview`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use assay_core::Slug;

use super::bands::bands;
use super::{Ask, Flag, Interview, Part};
use crate::error::Problems;
use crate::folder::Folder;
use crate::section::{At, Section};
use crate::texts::Texts;
use crate::version::version;

/// Longest interview or part, minutes.
const MOST_MINUTES: u32 = 480;
/// Most points of an interview or part.
pub(crate) const MOST_POINTS: u32 = 1000;

/// An interview and the lines of what points out of it.
pub(crate) struct Loaded {
    pub(crate) interview: Interview,
    /// `interview.toml`, as it is called in errors.
    pub(crate) file: PathBuf,
    /// For each of [`Interview::parts`].
    pub(crate) lines: Vec<PartLines>,
}

/// Where things of a part stand.
pub(crate) struct PartLines {
    pub(crate) minutes: u32,
    /// For each of [`Part::asks`], then each of [`Part::alternatives`].
    pub(crate) asks: Vec<u32>,
}

pub(crate) fn load(path: &Path, slug: &str, folder: &Folder, problems: &Problems) -> Option<Loaded> {
    let slug: Option<Slug> = slug.parse().map_err(|e| problems.at(path, format!("{e}"))).ok();
    let texts = Texts { path, folder, problems };
    texts.refuse_others("an interview", &["interview.toml", "note.md"]);
    let note = texts.text("note.md", "how the numbers came to be").map(str::to_owned);
    let file = path.join("interview.toml");
    let text = texts.text("interview.toml", "what the interview is made of")?;
    let mut top = Section::parse(&file, text, problems)?;
    let title = top.text("title", "the name that people see");
    let summary = top.text("summary", "one sentence for the catalogue");
    let minutes = top.needed_within("minutes", 1, MOST_MINUTES);
    let points = top.needed_within("points", 1, MOST_POINTS);
    let pass = top.needed_within("pass", 1, MOST_POINTS);
    let tables = top.sections("part");
    let written = tables.len();
    if written == 0 {
        top.missing("part", "a table `[[part]]` for each part");
    }
    let (parts, lines): (Vec<Part>, Vec<PartLines>) = tables.into_iter().filter_map(part).unzip();
    let green_flags = flags(&mut top, "green_flag");
    let red_flags = flags(&mut top, "red_flag");
    let checklist = top.texts("checklist");
    let time_rules = flags(&mut top, "time_rule");
    // Without a part that cannot be read the totals mean nothing.
    if written == parts.len() && written > 0 {
        totals(&top, &parts, minutes.as_ref(), points.as_ref(), pass.as_ref());
    }
    asked_once(&top, &parts, &lines);
    top.finish();
    let interview = Interview {
        slug: slug?,
        version: version(folder),
        title: title?.value,
        summary: summary?.value,
        minutes: minutes?.value,
        points: points?.value,
        pass: pass?.value,
        parts,
        green_flags,
        red_flags,
        checklist: checklist.into_iter().map(|c| c.value).collect(),
        time_rules,
        note: note?,
    };
    Some(Loaded { interview, file, lines })
}

fn part(mut s: Section<'_>) -> Option<(Part, PartLines)> {
    let name = s.text("name", "the name that exercises and questions use");
    let aim = s.text("aim", "what the part is to find out");
    let minutes = s.needed_within("minutes", 1, MOST_MINUTES);
    let points = s.needed_within("points", 0, MOST_POINTS);
    let minimum = s.within("minimum", 1, MOST_POINTS);
    let optional = s.flag("optional");
    let (asks, mut lines): (Vec<Ask>, Vec<u32>) = asks(&mut s, "questions").into_iter().unzip();
    let (alternatives, more): (Vec<Ask>, Vec<u32>) = self::asks(&mut s, "alternatives").into_iter().unzip();
    lines.extend(more);
    let shown = name.as_ref().map_or("?", |n| n.value.as_str());
    if let Some((minimum, points)) = minimum.as_ref().zip(points.as_ref()).filter(|(m, p)| m.value > p.value)
    {
        let message =
            format!("minimum {} is above the {} points of part `{shown}`", minimum.value, points.value);
        s.fault(Some(minimum.line), message);
    }
    if let (Some(At { line, value: true }), Some(_)) = (&optional, &minimum) {
        s.fault(Some(*line), format!("part `{shown}` has a minimum, so it cannot be optional"));
    }
    if asks.is_empty() && points.as_ref().is_some_and(|p| p.value > 0) {
        s.missing("questions", &format!("what is asked for the points of part `{shown}`"));
    }
    let bands = bands(&mut s, shown, points.as_ref().map(|p| p.value));
    s.finish();
    let minutes = minutes?;
    let part = Part {
        name: name?.value,
        aim: aim?.value,
        minutes: minutes.value,
        points: points?.value,
        minimum: minimum.map(|m| m.value),
        optional: optional.is_some_and(|o| o.value),
        bands,
        asks,
        alternatives,
    };
    Some((part, PartLines { minutes: minutes.line, asks: lines }))
}

fn asks(s: &mut Section<'_>, key: &'static str) -> Vec<(Ask, u32)> {
    let mut all = Vec::new();
    for At { line, value } in s.texts(key) {
        let (question, block) = match value.split_once('/') {
            None => (value.as_str(), None),
            Some((question, block)) => (question, Some(block.to_owned())),
        };
        match question.parse() {
            Ok(question) => all.push((Ask { question, block }, line)),
            Err(_) => {
                let shown = value.escape_debug();
                s.fault(Some(line), format!("`{key}` has `{shown}`; write `question` or `question/block`"));
            }
        }
    }
    all
}

fn flags(top: &mut Section<'_>, key: &'static str) -> Vec<Flag> {
    let flag = |mut s: Section<'_>| {
        let name = s.text("name", "two or three words");
        let means = s.text("means", "one sentence");
        s.finish();
        Some(Flag { name: name?.value, means: means?.value })
    };
    top.sections(key).into_iter().filter_map(flag).collect()
}

/// What is said of the whole must be what the parts add up to.
fn totals(
    top: &Section<'_>,
    parts: &[Part],
    minutes: Option<&At<u32>>,
    points: Option<&At<u32>>,
    pass: Option<&At<u32>>,
) {
    let sum = |of: fn(&Part) -> u32| parts.iter().map(of).sum::<u32>();
    for (key, whole, sum) in [("minutes", minutes, sum(|p| p.minutes)), ("points", points, sum(|p| p.points))]
    {
        if let Some(At { line, value }) = whole.filter(|w| w.value != sum) {
            let message = format!("`{key}` is {value}, but the {key} of the parts add up to {sum}");
            top.fault(Some(*line), message);
        }
    }
    if let Some((At { line, value: pass }, points)) =
        pass.zip(points).filter(|(pass, all)| pass.value > all.value)
    {
        top.fault(Some(*line), format!("`pass` is {pass}, above the {} points that there are", points.value));
    }
}

/// The same question in two parts would be scored twice, and two parts of one name cannot be told apart.
fn asked_once(top: &Section<'_>, parts: &[Part], lines: &[PartLines]) {
    let mut names = BTreeSet::new();
    let mut seen: Vec<(&Ask, &str)> = Vec::new();
    for (part, lines) in parts.iter().zip(lines) {
        if !names.insert(&part.name) {
            top.fault(Some(lines.minutes), format!("two parts are called `{}`; rename one", part.name));
        }
        for (ask, line) in part.asks.iter().chain(&part.alternatives).zip(&lines.asks) {
            let same = |other: &Ask| {
                let overlap = ask.block == other.block || ask.block.is_none() || other.block.is_none();
                ask.question == other.question && overlap
            };
            if let Some((_, other)) = seen.iter().find(|(other, _)| same(other)) {
                top.fault(Some(*line), format!("`{ask}` is already asked in part `{other}`; ask it once"));
            }
            seen.push((ask, &part.name));
        }
    }
}
