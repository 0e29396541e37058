//! A folder of `exercises/written` becomes a [`Question`].

use std::path::{Path, PathBuf};

use assay_core::Slug;

use super::{Block, FollowUp, Guided, Minutes, Point, Question, Strength, WrongClaim};
use crate::error::Problems;
use crate::folder::Folder;
use crate::section::{At, Section};
use crate::texts::Texts;
use crate::version::version;

/// Longest question or block, minutes.
const MOST_MINUTES: u32 = 120;

/// A question and the lines of what points out of it.
pub(crate) struct Loaded {
    pub(crate) question: Question,
    /// `question.toml`, as it is called in errors.
    pub(crate) file: PathBuf,
    pub(crate) label_line: u32,
    pub(crate) part_line: u32,
    /// For each of [`Question::exercises`].
    pub(crate) exercise_lines: Vec<u32>,
}

pub(crate) fn load(path: &Path, slug: &str, folder: &Folder, problems: &Problems) -> Option<Loaded> {
    let slug: Option<Slug> = slug.parse().map_err(|e| problems.at(path, format!("{e}"))).ok();
    let texts = Texts { path, folder, problems };
    texts.refuse_others("a question", &["question.toml", "prompt.md"]);
    let prompt = texts.text("prompt.md", "what is asked").map(str::to_owned);
    let file = path.join("question.toml");
    let text = texts.text("question.toml", "what a good answer holds")?;
    let mut top = Section::parse(&file, text, problems)?;
    let title = top.text("title", "the name that people see");
    let summary = top.text("summary", "one sentence for the catalogue");
    let label = label(&mut top);
    let part = top.text("part", "the part of the interview it belongs to");
    let topics = top.texts("topics");
    if topics.is_empty() {
        top.fault(None, "`topics` is missing or empty; add words to find the question by".into());
    }
    let (exercises, exercise_lines): (Vec<Slug>, Vec<u32>) = exercises(&mut top).into_iter().unzip();
    let blocks: Vec<Block> = top.sections("block").into_iter().filter_map(|s| block(s, &exercises)).collect();
    twice(&top, "block", blocks.iter().map(|b| &b.id));
    let minutes = minutes(&mut top, &blocks);
    let points = points(&mut top, &blocks);
    let follow_ups = top.sections("follow_up").into_iter().filter_map(follow_up).collect();
    let guided = top.sections("guided").into_iter().filter_map(|s| guided(s, &blocks)).collect();
    let wrong = top.sections("wrong").into_iter().filter_map(wrong).collect();
    top.finish();
    let (label, part) = (label?, part?);
    let question = Question {
        slug: slug?,
        version: version(folder),
        title: title?.value,
        summary: summary?.value,
        label: label.value,
        part: part.value,
        topics: topics.into_iter().map(|t| t.value).collect(),
        minutes: minutes?,
        exercises,
        prompt: prompt?,
        blocks,
        points,
        follow_ups,
        guided,
        wrong,
    };
    Some(Loaded { question, file, label_line: label.line, part_line: part.line, exercise_lines })
}

fn label(top: &mut Section<'_>) -> Option<At<String>> {
    let label = top.text("question", "its number, e.g. `question = \"Q2\"`")?;
    let mut chars = label.value.chars();
    let sound = chars.next().is_some_and(|c| c.is_ascii_uppercase())
        && matches!(chars.as_str().len(), 1..=3)
        && chars.all(|c| c.is_ascii_digit());
    if !sound {
        let shown = label.value.escape_debug();
        let message = format!("`question` is `{shown}`; a capital letter and a number, e.g. Q2 or A1");
        top.fault(Some(label.line), message);
    }
    sound.then_some(label)
}

fn exercises(top: &mut Section<'_>) -> Vec<(Slug, u32)> {
    let mut all = Vec::new();
    for At { line, value } in top.texts("exercises") {
        match value.parse() {
            Ok(slug) => all.push((slug, line)),
            Err(e) => top.fault(Some(line), format!("`exercises`: {e}")),
        }
    }
    all
}

/// A question with blocks takes as long as they do together; saying so twice invites a difference.
fn minutes(top: &mut Section<'_>, blocks: &[Block]) -> Option<Minutes> {
    if blocks.is_empty() {
        let (least, most) = top.needed_span("minutes", MOST_MINUTES)?.value;
        return Some(Minutes { least, most });
    }
    if let Some(own) = top.span("minutes", MOST_MINUTES) {
        top.fault(Some(own.line), "`minutes` follow from the blocks; take the key out".into());
    }
    let sum = |of: fn(&Minutes) -> u32| blocks.iter().map(|b| of(&b.minutes)).sum();
    Some(Minutes { least: sum(|m| m.least), most: sum(|m| m.most) })
}

fn block(mut s: Section<'_>, known: &[Slug]) -> Option<Block> {
    let id = id(&mut s);
    let title = s.text("title", "the name that people see");
    let minutes = s.needed_span("minutes", MOST_MINUTES);
    let (own, lines): (Vec<Slug>, Vec<u32>) = exercises(&mut s).into_iter().unzip();
    for (exercise, line) in own.iter().zip(lines).filter(|(e, _)| !known.contains(e)) {
        let message = format!("`{exercise}` is not among the question's `exercises`; add it there");
        s.fault(Some(line), message);
    }
    s.finish();
    let (least, most) = minutes?.value;
    Some(Block { id: id?, title: title?.value, minutes: Minutes { least, most }, exercises: own })
}

fn points(top: &mut Section<'_>, blocks: &[Block]) -> Vec<Point> {
    let tables = top.sections("point");
    if tables.is_empty() {
        top.missing("point", "a table `[[point]]` for each point that a good answer holds");
    }
    let points: Vec<Point> = tables.into_iter().filter_map(|s| point(s, blocks)).collect();
    twice(top, "point", points.iter().map(|p| &p.id));
    points
}

fn point(mut s: Section<'_>, blocks: &[Block]) -> Option<Point> {
    let id = id(&mut s);
    let block = own_block(&mut s, blocks);
    let says = s.text("says", "the point in a few words");
    let why = s.text("why", "one sentence that explains it");
    let source = source(&mut s);
    s.finish();
    Some(Point { id: id?, block, says: says?.value, why: why?.value, source: source? })
}

fn follow_up(mut s: Section<'_>) -> Option<FollowUp> {
    let after = s.text("after", "one of weak, adequate, strong").and_then(|after| {
        let strength = match after.value.as_str() {
            "weak" => Some(Strength::Weak),
            "adequate" => Some(Strength::Adequate),
            "strong" => Some(Strength::Strong),
            _ => None,
        };
        if strength.is_none() {
            let shown = after.value.escape_debug();
            s.fault(Some(after.line), format!("no such strength: `{shown}`; one of weak, adequate, strong"));
        }
        strength
    });
    let (asks, listen) = asks(&mut s);
    s.finish();
    Some(FollowUp { after: after?, asks: asks?, listen: listen? })
}

fn guided(mut s: Section<'_>, blocks: &[Block]) -> Option<Guided> {
    let block = own_block(&mut s, blocks);
    let (asks, listen) = asks(&mut s);
    s.finish();
    Some(Guided { block, asks: asks?, listen: listen? })
}

fn wrong(mut s: Section<'_>) -> Option<WrongClaim> {
    let claim = s.text("claim", "what is often said");
    let why = s.text("why", "what is so instead");
    let until = s.optional_text("until").map(|u| u.value);
    let source = source(&mut s);
    s.finish();
    Some(WrongClaim { claim: claim?.value, why: why?.value, until, source: source? })
}

fn asks(s: &mut Section<'_>) -> (Option<String>, Option<String>) {
    let asks = s.text("asks", "the question itself");
    let listen = s.text("listen", "what to listen for");
    (asks.map(|a| a.value), listen.map(|l| l.value))
}

fn source(s: &mut Section<'_>) -> Option<String> {
    s.text("source", "where that can be read; `Judgement` where nobody has settled it").map(|s| s.value)
}

fn id(s: &mut Section<'_>) -> Option<String> {
    let id = s.text("id", "a name that stays when the words change")?;
    match id.value.parse::<Slug>() {
        Ok(_) => Some(id.value),
        Err(_) => {
            let shown = id.value.escape_debug();
            s.fault(Some(id.line), format!("`id` is `{shown}`; lower-case words joined by `-`"));
            None
        }
    }
}

/// The block that a point or a guided question belongs to: one of the question's, where it has any.
fn own_block(s: &mut Section<'_>, blocks: &[Block]) -> Option<String> {
    let names = || blocks.iter().map(|b| b.id.as_str()).collect::<Vec<_>>().join(", ");
    match s.optional_text("block") {
        None if blocks.is_empty() => None,
        None => {
            s.missing("block", &format!("one of {}", names()));
            None
        }
        Some(block) if blocks.iter().any(|b| b.id == block.value) => Some(block.value),
        Some(block) => {
            let shown = block.value.escape_debug();
            let known = if blocks.is_empty() { "this question has none".into() } else { names() };
            s.fault(Some(block.line), format!("no block is called `{shown}`; known here: {known}"));
            None
        }
    }
}

fn twice<'i>(top: &Section<'_>, what: &str, ids: impl Iterator<Item = &'i String>) {
    let mut seen = std::collections::BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            top.fault(None, format!("two `[[{what}]]` are called `{id}`; rename one"));
        }
    }
}
