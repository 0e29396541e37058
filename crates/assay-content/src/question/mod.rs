//! A written question: prose is asked for, expected points are ticked.

mod load;

use assay_core::Slug;
use serde::{Deserialize, Serialize};

pub(crate) use load::{Loaded, load};

/// How long something may take, in whole minutes; `least` is at least 1 and not above `most`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Minutes {
    /// Enough for a quick answer.
    pub least: u32,
    /// Longer is not worth it.
    pub most: u32,
}

/// A question with all that an interviewer, or someone who practises, needs beside it. Made only by loading a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Folder name.
    pub slug: Slug,
    /// Content key, as [`crate::Exercise::version`].
    pub version: String,
    /// For people.
    pub title: String,
    /// One sentence for the catalogue.
    pub summary: String,
    /// Its number, e.g. `Q2`; alternatives are `A1`, `A2`, …
    pub label: String,
    /// Part of the interview it belongs to.
    pub part: String,
    /// Words to find it by.
    pub topics: Vec<String>,
    /// Time for all of it.
    pub minutes: Minutes,
    /// Exercises that prove by running what is said here.
    pub exercises: Vec<Slug>,
    /// Markdown.
    pub prompt: String,
    /// Sections that an interview can ask one by one; most questions have none.
    pub blocks: Vec<Block>,
    /// What a good answer holds, each for a tick.
    pub points: Vec<Point>,
    /// What to ask next.
    pub follow_ups: Vec<FollowUp>,
    /// Questions that lead through a long answer.
    pub guided: Vec<Guided>,
    /// What is often said and is not so.
    pub wrong: Vec<WrongClaim>,
}

impl Question {
    /// The block of that name.
    pub fn block(&self, id: &str) -> Option<&Block> {
        self.blocks.iter().find(|b| b.id == id)
    }
}

/// A section of a long question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Block {
    /// Name inside the question: lower-case words joined by `-`.
    pub id: String,
    /// For people.
    pub title: String,
    /// Time for it.
    pub minutes: Minutes,
    /// Those of the question's exercises that prove this block.
    pub exercises: Vec<Slug>,
}

/// One expected point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Point {
    /// Name inside the question, kept when the words change, so that a tick keeps its meaning.
    pub id: String,
    /// Block it belongs to, where the question has blocks.
    pub block: Option<String>,
    /// The point, for the tick list. Inline Markdown.
    pub says: String,
    /// Why it is so. Inline Markdown.
    pub why: String,
    /// Where that can be read, or that it is judgement.
    pub source: String,
}

/// How good the answer was, after which a follow-up is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// Help or find the ground.
    Weak,
    /// Go on.
    Adequate,
    /// Go deep.
    Strong,
}

/// A further question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FollowUp {
    /// After which answer.
    pub after: Strength,
    /// The question. Inline Markdown.
    pub asks: String,
    /// What to listen for. Inline Markdown.
    pub listen: String,
}

/// A question that leads on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Guided {
    /// Block it belongs to, where the question has blocks.
    pub block: Option<String>,
    /// The question. Inline Markdown.
    pub asks: String,
    /// What to listen for. Inline Markdown.
    pub listen: String,
}

/// A claim that is often made and wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WrongClaim {
    /// The claim. Inline Markdown.
    pub claim: String,
    /// What is so instead. Inline Markdown.
    pub why: String,
    /// The last version for which it was right, e.g. `Go 1.22`; none when it never was.
    pub until: Option<String>,
    /// Where that can be read, or that it is judgement.
    pub source: String,
}
