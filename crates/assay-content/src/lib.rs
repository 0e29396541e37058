//! One folder becomes an [`Exercise`], a [`Question`] or an [`Interview`], or a refusal that names file and line.
//!
//! [`Catalogue`] is the way in to the exercises inside the binary, or those of a folder on disk; [`Library`] holds the
//! questions and interviews beside them and checks what points from one to another. Reading is the edge
//! ([`Folder::read`]); loading works on a tree in memory, goes on after a fault and reports all of them. [`plan`] makes
//! an interview of any length.

mod budget;
mod build;
mod catalogue;
mod code;
mod equivalent;
mod error;
mod exercise;
mod exercism;
mod expect;
mod figures;
mod folder;
mod gosource;
mod interview;
mod library;
mod load;
mod manifest;
mod plan;
mod question;
mod scaffold;
mod section;
mod table;
mod texts;
mod version;

pub use catalogue::Catalogue;
pub use equivalent::Equivalent;
pub use error::ContentError;
pub use exercise::{
    Against, Budget, Budgets, Exercise, ExerciseLimits, Expect, Kind, Phenomenon, Repetitions, TestFile,
    TestsIn, Variant,
};
pub use exercism::{exercism_untested, is_exercism, load_exercism};
pub use figures::{Figure, Figures, Flakes, Kills};
pub use folder::{Entry, Folder};
pub use gosource::imports;
pub use interview::{Ask, Band, Flag, Interview, Part};
pub use library::{Library, Shelves};
pub use load::load;
pub use plan::{NoPlan, Plan, PlanRequest, PlannedAsk, PlannedPart, plan};
pub use question::{Block, FollowUp, Guided, Minutes, Point, Question, Strength, WrongClaim};
pub use scaffold::scaffold;
pub use table::table;
