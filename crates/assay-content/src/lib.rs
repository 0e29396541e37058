//! One folder becomes an [`Exercise`], or a refusal that names file and line.
//!
//! [`Catalogue`] is the way in: the exercises inside the binary, or those of a folder on disk. Reading is the edge
//! ([`Folder::read`]); [`load`] works on a tree in memory, goes on after a fault and reports all of them.

mod catalogue;
mod code;
mod error;
mod exercise;
mod expect;
mod folder;
mod gosource;
mod load;
mod manifest;
mod section;
mod version;

pub use catalogue::Catalogue;
pub use error::ContentError;
pub use exercise::{Exercise, ExerciseLimits, Expect, Kind, Phenomenon, Repetitions, TestFile, Variant};
pub use folder::{Entry, Folder};
pub use load::load;
