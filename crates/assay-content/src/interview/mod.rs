//! The format of an interview: parts, bands, minimums and rules as checked data.

mod bands;
mod load;

use std::fmt;

use assay_core::Slug;
use serde::Serialize;

pub(crate) use load::{Loaded, load};

/// An interview. Made only by loading a folder, which refuses what does not add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interview {
    /// Folder name.
    pub slug: Slug,
    /// Content key, as [`crate::Exercise::version`].
    pub version: String,
    /// For people.
    pub title: String,
    /// One sentence for the catalogue.
    pub summary: String,
    /// Length; what the parts' minutes add up to.
    pub minutes: u32,
    /// Most points; what the parts' points add up to.
    pub points: u32,
    /// Least points to pass, besides every part's minimum.
    pub pass: u32,
    /// In the order of the interview.
    pub parts: Vec<Part>,
    /// Signs that speak for the candidate.
    pub green_flags: Vec<Flag>,
    /// Signs that speak against.
    pub red_flags: Vec<Flag>,
    /// To be done before the candidate comes.
    pub checklist: Vec<String>,
    /// How to keep the time.
    pub time_rules: Vec<Flag>,
    /// Markdown: how the numbers came to be.
    pub note: String,
}

/// A part of an interview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// As exercises and questions call it.
    pub name: String,
    /// What it is to find out.
    pub aim: String,
    /// Its length.
    pub minutes: u32,
    /// Most points; 0 where nothing is scored.
    pub points: u32,
    /// Least points to pass.
    pub minimum: Option<u32>,
    /// Whether a short interview may leave it out.
    pub optional: bool,
    /// Best first; together they hold each number of points once.
    pub bands: Vec<Band>,
    /// What is asked, in order, as far as time allows.
    pub asks: Vec<Ask>,
    /// What can be asked instead.
    pub alternatives: Vec<Ask>,
}

/// Points and what they mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Band {
    /// E.g. `strong`.
    pub name: String,
    /// Fewest points.
    pub from: u32,
    /// Most points.
    pub to: u32,
    /// What such an answer is like.
    pub means: String,
}

/// A question, or one block of it: `ticket-booking`, `ticket-booking/inventory`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Ask {
    /// Which question.
    pub question: Slug,
    /// Which block of it; none for all of it.
    pub block: Option<String>,
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.block {
            None => write!(f, "{}", self.question),
            Some(block) => write!(f, "{}/{block}", self.question),
        }
    }
}

/// A name and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flag {
    /// In two or three words.
    pub name: String,
    /// One sentence.
    pub means: String,
}
