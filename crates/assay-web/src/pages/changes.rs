//! What changed between two sets of files: which came, went or were renamed, and the lines. In words first.

use std::collections::HashMap;

use assay_core::SourceFile;
use similar::TextDiff;

use super::diff::{self, Care, Piece, Row};
use super::shown::Shown;
use crate::language::say;

/// Lines that are drawn at most, of all files together; one line of Go is seldom of one byte, but a candidate's may be.
const MOST_LINES: usize = 4000;

/// A text to copy is at most this long, bytes.
const MOST_TEXT: usize = 256 << 10;

/// Files with this share of equal lines are one file under two names.
const RENAMED: f32 = 0.5;

/// All that changed.
pub(crate) struct Changes {
    /// One sentence.
    pub(crate) says: String,
    /// The files that are not the same, by name.
    pub(crate) files: Vec<FileChange>,
    /// Names of those that are.
    pub(crate) same: Vec<String>,
    /// The same as a unified diff, to be copied and read aloud; empty when nothing changed or it would be too long.
    pub(crate) text: Shown,
}

/// One file.
pub(crate) struct FileChange {
    /// Its name; the later one when it was renamed.
    pub(crate) name: String,
    /// What became of it.
    pub(crate) says: String,
    pub(crate) lines: Vec<Line>,
    /// Lines that are not drawn any more.
    pub(crate) left_out: usize,
}

/// One line of the drawing.
pub(crate) enum Line {
    /// So many equal lines are left out.
    Folded(usize),
    /// On each side its number and its pieces; none where the other side has a line more.
    Both { left: Option<(usize, Vec<Piece>)>, right: Option<(usize, Vec<Piece>)>, changed: bool },
}

/// How many lines there are of each kind.
#[derive(Default)]
struct Tally {
    changed: usize,
    added: usize,
    removed: usize,
}

/// Compares `before` with `after`, whatever is in them, with an effort that has a bound.
pub(crate) fn changes(before: &[SourceFile], after: &[SourceFile], care: Care) -> Changes {
    let mut files = Vec::new();
    let mut same = Vec::new();
    let mut text = String::new();
    let mut all = Tally::default();
    let mut room = MOST_LINES;
    for (old, new) in pairs(before, after) {
        let name = new.or(old).map(|f| f.path.to_string()).unwrap_or_default();
        if old == new {
            same.push(name);
            continue;
        }
        let [a, b] = [old, new].map(|f| f.map_or("", |f| f.content.as_str()));
        let (lines, tally) = lines(&diff::rows(a, b, care));
        let says = says(old, new, &tally);
        let left_out = lines.len().saturating_sub(room);
        all.changed += tally.changed;
        all.added += tally.added;
        all.removed += tally.removed;
        if text.len() <= MOST_TEXT {
            text.push_str(&unified(old, new, care));
        }
        let lines: Vec<Line> = lines.into_iter().take(room).collect();
        room -= lines.len();
        files.push(FileChange { name, says, lines, left_out });
    }
    let says = match files.len() {
        0 => say("changes-none").to_string(),
        n => {
            let lines = all.words().unwrap_or_else(|| say("changes-ends").to_string());
            let files = same.len() + n;
            say("changes-some").with("n", n).with("files", files).with("lines", lines).to_string()
        }
    };
    let text = if text.len() <= MOST_TEXT { Shown::new(&text) } else { Shown::default() };
    Changes { says, files, same, text }
}

impl Tally {
    /// `2 lines changed, 1 added`; none when no line did.
    fn words(&self) -> Option<String> {
        let Tally { changed, added, removed } = *self;
        let mut parts: Vec<String> = Vec::new();
        if changed > 0 {
            parts.push(say("changes-lines-changed").with("n", changed).to_string());
        }
        if added > 0 {
            let words = if parts.is_empty() { say("changes-lines-added") } else { say("changes-more-added") };
            parts.push(words.with("n", added).to_string());
        }
        if removed > 0 {
            let words =
                if parts.is_empty() { say("changes-lines-removed") } else { say("changes-more-removed") };
            parts.push(words.with("n", removed).to_string());
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Files that belong together: by their names, then those whose text says that they were renamed, then the rest alone.
fn pairs<'a>(
    before: &'a [SourceFile],
    after: &'a [SourceFile],
) -> Vec<(Option<&'a SourceFile>, Option<&'a SourceFile>)> {
    let named = |files: &'a [SourceFile], name| files.iter().find(|f| f.path == name);
    let mut gone: Vec<&SourceFile> =
        before.iter().filter(|f| named(after, f.path.clone()).is_none()).collect();
    let mut all = Vec::new();
    for new in after {
        let old = named(before, new.path.clone()).or_else(|| {
            let likeness = gone.iter().enumerate().map(|(i, old)| (alike(&old.content, &new.content), i));
            let (share, i) = likeness.max_by(|a, b| a.0.total_cmp(&b.0))?;
            (share >= RENAMED).then(|| gone.remove(i))
        });
        all.push((old, Some(new)));
    }
    all.extend(gone.into_iter().map(|old| (Some(old), None)));
    all.sort_by_key(|(old, new)| new.or(*old).map(|f| f.path.clone()));
    all
}

/// The share of lines that both texts have, blank ones aside, in whatever order.
fn alike(a: &str, b: &str) -> f32 {
    fn lines(text: &str) -> impl Iterator<Item = &str> {
        text.lines().map(str::trim).filter(|l| !l.is_empty())
    }
    let mut there: HashMap<&str, usize> = HashMap::new();
    lines(a).for_each(|l| *there.entry(l).or_default() += 1);
    let (mut all, mut both) = (lines(a).count(), 0);
    for line in lines(b) {
        all += 1;
        if let Some(n) = there.get_mut(line).filter(|n| **n > 0) {
            *n -= 1;
            both += 2;
        }
    }
    both as f32 / all.max(1) as f32
}

/// Rows with the numbers of their lines, and how many are of which kind.
fn lines(rows: &[Row]) -> (Vec<Line>, Tally) {
    let (mut left, mut right) = (0, 0);
    let mut tally = Tally::default();
    let next = |pieces: Vec<Piece>, number: &mut usize| {
        *number += 1;
        Some((*number, pieces))
    };
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        out.push(match row {
            Row::Folded(n) => {
                left += n;
                right += n;
                Line::Folded(*n)
            }
            Row::Same(text) => {
                let pieces = vec![Piece { text: text.clone(), differs: false }];
                let (left, right) = (next(pieces.clone(), &mut left), next(pieces, &mut right));
                Line::Both { left, right, changed: false }
            }
            Row::Changed { want, got } => {
                match (want, got) {
                    (Some(_), Some(_)) => tally.changed += 1,
                    (None, _) => tally.added += 1,
                    (_, None) => tally.removed += 1,
                }
                let left = want.clone().and_then(|p| next(p, &mut left));
                let right = got.clone().and_then(|p| next(p, &mut right));
                Line::Both { left, right, changed: true }
            }
        });
    }
    (out, tally)
}

fn says(old: Option<&SourceFile>, new: Option<&SourceFile>, tally: &Tally) -> String {
    // What only ends its lines in another way has equal rows.
    let lines = tally.words();
    match (old, new) {
        (None, _) => say("changes-new-file").with("n", tally.added).to_string(),
        (_, None) => say("changes-removed-file").with("n", tally.removed).to_string(),
        (Some(old), Some(new)) if old.path != new.path => {
            let lines = lines.map(|l| format!("; {l}")).unwrap_or_default();
            format!("{}{lines}", say("changes-renamed").with("name", old.path.to_string()))
        }
        _ => lines.unwrap_or_else(|| say("changes-only-ends").to_string()),
    }
}

fn unified(old: Option<&SourceFile>, new: Option<&SourceFile>, care: Care) -> String {
    let name = |f: Option<&SourceFile>| f.map_or("/dev/null".to_owned(), |f| f.path.to_string());
    let text = |f: Option<&SourceFile>| f.map_or(String::new(), |f| Shown::new(&f.content).to_string());
    let (a, b) = (text(old), text(new));
    let diff = TextDiff::configure().deadline(care.until()).diff_lines(a.as_str(), b.as_str());
    diff.unified_diff().header(&name(old), &name(new)).to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(path: &str, content: &str) -> SourceFile {
        SourceFile { path: path.parse().unwrap(), content: content.into() }
    }

    fn between(before: &[SourceFile], after: &[SourceFile]) -> Changes {
        changes(before, after, Care::folding(true))
    }

    #[track_caller]
    fn check(before: &[SourceFile], after: &[SourceFile], says: &str, files: &[(&str, &str)]) {
        let changes = between(before, after);
        assert_eq!(changes.says, says);
        let got: Vec<_> = changes.files.iter().map(|f| (f.name.as_str(), f.says.as_str())).collect();
        assert_eq!(got, files);
    }

    #[test]
    fn what_became_of_each_file_is_said() {
        let pool = "package pool\n\nfunc Submit() {\n\tgo run()\n}\n";
        check(&[file("a.go", pool)], &[file("a.go", pool)], "The files are the same.", &[]);
        check(
            &[file("a.go", pool), file("b.go", "package pool\n")],
            &[file("a.go", &pool.replace("go run", "run")), file("b.go", "package pool\n")],
            "1 of 2 files changed: 1 line changed.",
            &[("a.go", "1 line changed")],
        );
        check(
            &[file("a.go", pool)],
            &[file("pool.go", &format!("{pool}\nfunc New() {{}}\n")), file("stats.go", "package pool\n")],
            "2 of 2 files changed: 3 lines added.",
            &[("pool.go", "renamed from a.go; 2 lines added"), ("stats.go", "a new file, 1 line")],
        );
        check(
            &[file("a.go", pool), file("old.go", "package pool\n\nvar x = 1\n")],
            &[file("a.go", pool)],
            "1 of 2 files changed: 3 lines removed.",
            &[("old.go", "removed, 3 lines")],
        );
        check(
            &[file("a.go", "package a\r\n")],
            &[file("a.go", "package a\n")],
            "1 of 1 file changed: the ends of lines.",
            &[("a.go", "only the ends of lines differ, or the end of the file")],
        );
    }

    #[test]
    fn lines_have_their_numbers_on_both_sides() {
        let changes =
            between(&[file("a.go", "1\n2\n3\n4\n5\n6\n7\n")], &[file("a.go", "0\n1\n2\n3\n4\n5\n6\n8\n")]);
        let numbers: Vec<(Option<usize>, Option<usize>)> = changes.files[0]
            .lines
            .iter()
            .filter_map(|l| match l {
                Line::Both { left, right, .. } => {
                    Some((left.as_ref().map(|l| l.0), right.as_ref().map(|r| r.0)))
                }
                Line::Folded(_) => None,
            })
            .collect();
        assert_eq!(numbers.first(), Some(&(None, Some(1))));
        assert_eq!(numbers.last(), Some(&(Some(7), Some(8))));
        assert!(changes.text.as_str().contains("--- a.go\n+++ a.go\n@@"), "{}", changes.text);
    }

    #[test]
    fn a_quarter_of_a_megabyte_of_short_lines_is_cut_and_says_so() {
        let many = |a: &str| a.repeat((256 << 10) / a.len());
        let started = std::time::Instant::now();
        let changes = between(&[file("a.go", &many("\n"))], &[file("a.go", &many("x\n"))]);
        assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
        let file = &changes.files[0];
        assert!(file.lines.len() <= MOST_LINES && file.left_out > 100_000, "{}", file.left_out);
    }

    fn some_files() -> impl Strategy<Value = Vec<SourceFile>> {
        let content = proptest::collection::vec("(a|b|\\PC{0,6}|[\u{0}-\u{20}]{0,2})", 0..12);
        proptest::collection::btree_map("[a-d]\\.go", content, 0..4)
            .prop_map(|all| all.into_iter().map(|(path, lines)| file(&path, &lines.join("\n"))).collect())
    }

    proptest! {
        #[test]
        fn every_line_of_every_file_is_there_with_its_number(before in some_files(), after in some_files()) {
            let changes = changes(&before, &after, Care::folding(false));
            prop_assert_eq!(changes.files.len() + changes.same.len(), pairs(&before, &after).len());
            for (old, new) in pairs(&before, &after) {
                let Some(change) = changes.files.iter().find(|c| Some(c.name.as_str()) == new.or(old).map(|f| f.path.as_str())) else {
                    prop_assert_eq!(old, new);
                    continue;
                };
                let side = |pick: fn(&Line) -> Option<&(usize, Vec<Piece>)>| -> Vec<(usize, String)> {
                    let lines = change.lines.iter().filter_map(pick);
                    lines.map(|(n, p)| (*n, p.iter().map(|p| p.text.as_str()).collect())).collect()
                };
                let whole = |f: Option<&SourceFile>| -> Vec<(usize, String)> {
                    let text = f.map(|f| Shown::new(&f.content)).unwrap_or_default();
                    text.as_str().lines().map(str::to_owned).enumerate().map(|(i, l)| (i + 1, l)).collect()
                };
                prop_assert_eq!(side(|l| match l { Line::Both { left, .. } => left.as_ref(), Line::Folded(_) => None }), whole(old));
                prop_assert_eq!(side(|l| match l { Line::Both { right, .. } => right.as_ref(), Line::Folded(_) => None }), whole(new));
            }
        }
    }
}
