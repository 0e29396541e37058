use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// What is wrong with an exercise folder, where, and what to do about it. Displays as `path:line: message`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{}{}: {message}", path.display(), line.map(|l| format!(":{l}")).unwrap_or_default())]
pub struct ContentError {
    /// The file or folder, as it was named to the loader.
    pub path: PathBuf,
    /// Line, from 1, when the fault has one.
    pub line: Option<u32>,
    /// What is wrong and what to do, one line.
    pub message: String,
}

/// Everything found wrong so far. Loading goes on after a fault, so that an author sees all of them at once.
#[derive(Debug, Default)]
pub(crate) struct Problems(RefCell<Vec<ContentError>>);

impl Problems {
    /// A fault of the whole file or folder.
    pub(crate) fn at(&self, path: &Path, message: impl Into<String>) {
        self.push(path, None, message.into());
    }

    /// A fault in a line.
    pub(crate) fn at_line(&self, path: &Path, line: u32, message: impl Into<String>) {
        self.push(path, Some(line), message.into());
    }

    fn push(&self, path: &Path, line: Option<u32>, message: String) {
        self.0.borrow_mut().push(ContentError { path: path.to_owned(), line, message });
    }

    /// The faults in the order of their places, each once.
    pub(crate) fn into_sorted(self) -> Vec<ContentError> {
        let mut all = self.0.into_inner();
        all.sort();
        all.dedup();
        all
    }
}

/// The line, from 1, of a byte offset.
pub(crate) fn line_of(text: &str, offset: usize) -> u32 {
    1 + text.as_bytes().iter().take(offset).filter(|b| **b == b'\n').count() as u32
}
