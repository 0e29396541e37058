//! Mutants that no test can tell from the solution they were made of: `equivalent.toml`.

use std::path::Path;

use crate::error::Problems;
use crate::folder::Folder;
use crate::section::Section;
use crate::texts::text;

/// Name of the file.
pub(crate) const FILE: &str = "equivalent.toml";

/// A mutant of a right solution that is right as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Equivalent {
    /// Its id, e.g. `channels/pool.go:Pool.Submit/drop-lock#2`.
    pub id: String,
    /// Why it does what the prompt asks for.
    pub reason: String,
}

/// The entries of the file; none when it is not there.
pub(crate) fn read(path: &Path, folder: &Folder, problems: &Problems) -> Vec<Equivalent> {
    let top = folder
        .file(FILE)
        .and_then(|bytes| text(path, bytes, problems))
        .and_then(|text| Section::parse(path, text, problems));
    let Some(mut top) = top else { return Vec::new() };
    let mut all: Vec<Equivalent> = Vec::new();
    for mut entry in top.sections("mutant") {
        let id = entry.text("id", "the id that `assay mutate` shows");
        let reason = entry.text("reason", "why no test can tell it from the solution");
        entry.finish();
        let (Some(id), Some(reason)) = (id, reason) else { continue };
        if all.iter().any(|e| e.id == id.value) {
            problems.at_line(path, id.line, format!("`{}` is listed twice; take one out", id.value));
        }
        all.push(Equivalent { id: id.value, reason: reason.value });
    }
    top.finish();
    all
}
