use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Most files in one submission.
pub const MAX_FILES: usize = 32;
/// Largest single file, bytes; the sum of all files has the same bound.
pub const MAX_FILE_BYTES: usize = 256 << 10;

/// An exercise's name: lower case words joined by `-`, at most 64 bytes. Safe as a folder and URL segment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// Why a text is no slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no exercise name: lower-case letters, digits and single `-` between them, at most 64 bytes"
)]
pub struct SlugError(String);

impl Slug {
    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = SlugError;

    fn from_str(s: &str) -> Result<Slug, SlugError> {
        let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if s.len() <= 64 && s.split('-').all(word) {
            Ok(Slug(s.to_owned()))
        } else {
            Err(SlugError(crate::submission::shown(s)))
        }
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;
    fn try_from(s: String) -> Result<Slug, SlugError> {
        s.parse()
    }
}

impl From<Slug> for String {
    fn from(s: Slug) -> String {
        s.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The name of a candidate's file: flat, `^[a-z][a-z0-9_]{0,60}\.go$`. Whether Go would give the name a meaning
/// (`_test.go`, `_linux.go`) is the screener's business.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct FileName(String);

impl FileName {
    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FileName {
    type Err = FileError;

    fn from_str(s: &str) -> Result<FileName, FileError> {
        let stem = s.strip_suffix(".go").ok_or_else(|| FileError::Name(shown(s)))?;
        let first = stem.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        let rest = stem.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if first && rest && stem.len() <= 61 {
            Ok(FileName(s.to_owned()))
        } else {
            Err(FileError::Name(shown(s)))
        }
    }
}

impl TryFrom<String> for FileName {
    type Error = FileError;
    fn try_from(s: String) -> Result<FileName, FileError> {
        s.parse()
    }
}

impl From<FileName> for String {
    fn from(n: FileName) -> String {
        n.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// One file of a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Flat name.
    pub path: FileName,
    /// UTF-8 text.
    pub content: String,
}

/// What a candidate hands in. Made only by [`Submission::new`], so its bounds always hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Which exercise.
    pub exercise: Slug,
    files: Vec<SourceFile>,
}

/// Why files are no submission. Bad input, never a verdict.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The name is not flat lower-case Go.
    #[error(
        "file name `{0}` is not allowed: a flat name of lower-case letters, digits and `_` that starts with a letter and ends in `.go`"
    )]
    Name(String),
    /// No file at all, or only empty ones.
    #[error("the submission is empty: send at least one `.go` file with code in it")]
    Empty,
    /// More than [`MAX_FILES`].
    #[error("{0} files are too many: at most {MAX_FILES}")]
    TooMany(usize),
    /// Over [`MAX_FILE_BYTES`].
    #[error("the files hold {0} bytes together: at most {MAX_FILE_BYTES}")]
    TooLarge(usize),
    /// The same name twice.
    #[error("file `{0}` is there twice")]
    Twice(String),
    /// Bytes that are no UTF-8.
    #[error("file `{0}` is not UTF-8 text")]
    NotUtf8(String),
}

impl Submission {
    /// A submission of `files` in the order of their names, or why not.
    pub fn new(exercise: Slug, mut files: Vec<SourceFile>) -> Result<Submission, FileError> {
        if files.iter().all(|f| f.content.trim().is_empty()) {
            return Err(FileError::Empty);
        }
        if files.len() > MAX_FILES {
            return Err(FileError::TooMany(files.len()));
        }
        let bytes = files.iter().map(|f| f.content.len()).sum();
        if bytes > MAX_FILE_BYTES {
            return Err(FileError::TooLarge(bytes));
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        if let Some(w) = files.windows(2).find(|w| w[0].path == w[1].path) {
            return Err(FileError::Twice(w[0].path.to_string()));
        }
        Ok(Submission { exercise, files })
    }

    /// The files, sorted by name, at least one.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }
}

/// The id of one submission (UUID v7: sorts by time, not guessable in practice).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubmissionId(pub uuid::Uuid);

impl SubmissionId {
    /// A new id of now.
    pub fn generate() -> SubmissionId {
        SubmissionId(uuid::Uuid::now_v7())
    }
}

impl fmt::Display for SubmissionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for SubmissionId {
    type Err = uuid::Error;
    fn from_str(s: &str) -> Result<SubmissionId, uuid::Error> {
        s.parse().map(SubmissionId)
    }
}

/// A text from outside, made fit for a message: at most 80 characters, controls and bidi marks escaped.
fn shown(s: &str) -> String {
    s.chars()
        .take(80)
        .flat_map(|c| {
            if c.is_alphanumeric() || c.is_ascii_graphic() || c == ' ' {
                vec![c]
            } else {
                c.escape_unicode().collect()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(s: &str) -> bool {
        s.parse::<FileName>().is_ok()
    }

    #[test]
    fn file_names_are_flat_lower_case_go() {
        assert!(name("pool.go") && name("a.go") && name("pool_2.go"));
        for bad in [
            "",
            ".go",
            "Pool.go",
            "../pool.go",
            "a/b.go",
            "pool.s",
            "_x.go",
            "1.go",
            "po ol.go",
            "pool.go\0",
            "@x.go",
            "-o.go",
            "pöol.go",
        ] {
            assert!(!name(bad), "{bad:?}");
        }
        assert!(!name(&format!("{}.go", "a".repeat(62))));
    }

    #[test]
    fn a_submission_is_bounded() {
        let slug: Slug = "worker-pool".parse().unwrap();
        let file = |n: &str, c: &str| SourceFile { path: n.parse().unwrap(), content: c.into() };
        let err = |files| Submission::new(slug.clone(), files).unwrap_err();
        assert_eq!(err(vec![]), FileError::Empty);
        assert_eq!(err(vec![file("a.go", " \n")]), FileError::Empty);
        assert_eq!(err(vec![file("a.go", "x"), file("a.go", "y")]), FileError::Twice("a.go".into()));
        assert_eq!(
            err(vec![file("a.go", &"x".repeat(MAX_FILE_BYTES + 1))]),
            FileError::TooLarge(MAX_FILE_BYTES + 1)
        );
        let many = (0..33).map(|i| file(&format!("a{i}.go"), "x")).collect();
        assert_eq!(err(many), FileError::TooMany(33));
        let s = Submission::new(slug.clone(), vec![file("b.go", "x"), file("a.go", "y")]).unwrap();
        assert_eq!(s.files()[0].path.as_str(), "a.go");
    }

    #[test]
    fn slugs_are_safe_segments() {
        for bad in ["", "-a", "a-", "a--b", "A", "a/b", "..", "a_b", "é"] {
            assert!(bad.parse::<Slug>().is_err(), "{bad:?}");
        }
        assert_eq!("select-deadlock".parse::<Slug>().unwrap().as_str(), "select-deadlock");
    }
}
