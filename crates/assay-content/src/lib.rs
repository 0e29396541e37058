//! One folder becomes an [`Exercise`], or a refusal that names file and line.

mod exercise;

pub use exercise::{Exercise, ExerciseLimits, Expect, Kind, Phenomenon, Repetitions, TestFile, Variant};
