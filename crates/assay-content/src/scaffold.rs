//! The folder of an exercise that is still to be written.

use assay_core::Slug;
use include_dir::{Dir, include_dir};

use crate::error::Problems;
use crate::exercise::Kind;
use crate::folder::Folder;

/// Stands where an author has to write something. A line that holds it is a fault of the exercise.
pub(crate) const TO_WRITE: &str = "TODO(author)";

static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// Every file that an exercise of this kind needs: path and text, with a `TODO(author)` where something is to be written. The code
/// compiles.
pub fn scaffold(slug: &Slug, kind: Kind) -> Vec<(String, String)> {
    let (own, tested) = match kind {
        Kind::Implement => ("implement", true),
        Kind::Repair => ("repair", true),
        Kind::Exhibit => ("exhibit", false),
    };
    let package = if kind == Kind::Exhibit { "main".to_owned() } else { package(slug) };
    let templates = Folder::from(&TEMPLATES);
    let parts = ["all", "tested", own].into_iter().filter(|part| tested || *part != "tested");
    let mut files = Vec::new();
    for part in parts.filter_map(|part| templates.folder(part)) {
        for (path, text) in part.files() {
            let text = String::from_utf8_lossy(text).replace("PACKAGE", &package);
            files.push((path.replace("PACKAGE", &package), text));
        }
    }
    files.sort();
    files
}

/// `worker-pool` → `workerpool`: a package's name is one word.
fn package(slug: &Slug) -> String {
    let word: String = slug.as_str().chars().filter(|c| *c != '-').take(MOST).collect();
    // A word of Go, or what the tests' own import would hide, cannot be a name here.
    let taken = ["main", "testing"].contains(&word.as_str()) || GO_WORDS.contains(&word.as_str());
    if taken || word.starts_with(|c: char| c.is_ascii_digit()) { format!("x{word}") } else { word }
}

/// Longest name of a package that an exercise may have.
const MOST: usize = 31;

/// The keywords of the language (Go specification, Keywords).
const GO_WORDS: [&str; 25] = [
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
];

/// Note every line of the folder that is still to be written.
pub(crate) fn refuse_unwritten(path: &std::path::Path, folder: &Folder, problems: &Problems) {
    for (name, bytes) in folder.files() {
        for (line, text) in (1..).zip(String::from_utf8_lossy(bytes).lines()) {
            if let Some((_, what)) = text.split_once(TO_WRITE) {
                let what = what.trim_start_matches(':').trim().trim_end_matches(['"', ']', ')']);
                problems.at_line(&path.join(&name), line, format!("is still to be written: {what}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::folder::Entry;
    use crate::load::load;

    /// The generated folder, its marks replaced.
    fn folder(kind: Kind, mark: &str) -> Folder {
        let mut folder = Folder::new();
        for (path, text) in scaffold(&"two-lamps".parse().unwrap(), kind) {
            folder.insert(&path, Entry::File(text.replace(TO_WRITE, mark).into_bytes().into()));
        }
        folder
    }

    #[test]
    fn nothing_but_what_is_to_be_written_is_wrong_with_it() {
        for kind in [Kind::Implement, Kind::Repair, Kind::Exhibit] {
            let unwritten = load(Path::new("two-lamps"), "two-lamps", &folder(kind, TO_WRITE)).unwrap_err();
            for error in &unwritten {
                assert!(
                    error.line.is_some() && error.message.starts_with("is still to be written: "),
                    "{error}"
                );
            }
            let files: std::collections::BTreeSet<_> = unwritten.iter().map(|e| &e.path).collect();
            assert_eq!(files.len(), folder(kind, "").files().len(), "every file has something to be written");
            let written = load(Path::new("two-lamps"), "two-lamps", &folder(kind, "written"));
            assert_eq!(written.map(|e| e.kind), Ok(kind));
        }
    }

    #[test]
    fn what_is_to_be_written_is_said_file_by_file() {
        let errors =
            load(Path::new("two-lamps"), "two-lamps", &folder(Kind::Implement, TO_WRITE)).unwrap_err();
        insta::assert_snapshot!(errors.iter().map(|e| format!("{e}\n")).collect::<String>());
    }

    #[test]
    fn a_package_is_one_word_that_go_takes() {
        for (slug, want) in
            [("worker-pool", "workerpool"), ("2-locks", "x2locks"), ("select", "xselect"), ("main", "xmain")]
        {
            assert_eq!(package(&slug.parse().unwrap()), want);
        }
    }
}
