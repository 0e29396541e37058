use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Position;

/// Something that `go vet` says of the candidate's package. Advice: a right solution may have some, and no verdict depends on it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct VetFinding {
    /// Where.
    pub position: Position,
    /// The analyzer that says so, e.g. `copylocks`.
    pub analyzer: String,
    /// Its words.
    pub message: String,
}

impl VetFinding {
    /// One line, as `go vet` has it, with the analyzer's name.
    pub fn line(&self) -> String {
        let Position { file, line, column } = &self.position;
        format!("{file}:{line}:{column} {}: {}", self.analyzer, self.message)
    }
}
