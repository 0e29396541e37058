use assay_core::{Frame, Position, SourceFile, SubmissionId};

use super::shown::Shown;

/// Lines above and below a marked one.
const AROUND: usize = 4;

/// The candidate's files, for places and excerpts.
pub(crate) struct Sources<'a> {
    pub(crate) id: SubmissionId,
    pub(crate) files: &'a [SourceFile],
}

/// A place in a file; linked when the file is the candidate's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: Shown,
    pub(crate) line: u32,
    /// Address of the line on the run's page; none for files that are not the candidate's.
    pub(crate) href: Option<String>,
}

/// One line of code, as it is drawn.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) number: usize,
    pub(crate) text: Shown,
    pub(crate) marked: bool,
}

/// Some lines of one of the candidate's files, one of them marked.
#[derive(Debug, Clone)]
pub(crate) struct Excerpt {
    pub(crate) place: Place,
    pub(crate) lines: Vec<Line>,
    /// Column of what is marked, in bytes from 1; 0 when unknown.
    pub(crate) column: u32,
    /// Spaces before the `^` under the marked line, when the column is known.
    pub(crate) caret: Option<String>,
}

/// A stack frame, as it is drawn.
#[derive(Debug, Clone)]
pub(crate) struct FrameView {
    pub(crate) function: Shown,
    pub(crate) place: Place,
    pub(crate) own: bool,
}

/// A whole file with its lines.
pub(crate) struct Listing {
    pub(crate) path: String,
    pub(crate) lines: Vec<Line>,
}

impl Sources<'_> {
    fn file(&self, name: &str) -> Option<&SourceFile> {
        self.files.iter().find(|f| f.path.as_str() == name)
    }

    /// The place, linked when it is in the candidate's files.
    pub(crate) fn place(&self, position: &Position) -> Place {
        let href = self
            .file(&position.file)
            .map(|f| format!("/runs/{}#{}-L{}", self.id, f.path.as_str(), position.line));
        Place { file: Shown::new(&position.file), line: position.line, href }
    }

    /// The text of a line, when it is in the candidate's files.
    pub(crate) fn line(&self, position: &Position) -> Option<&str> {
        self.file(&position.file)?.content.lines().nth((position.line as usize).checked_sub(1)?)
    }

    /// The lines around `position`, or nothing when that file or line is not the candidate's.
    pub(crate) fn excerpt(&self, position: &Position) -> Option<Excerpt> {
        let file = self.file(&position.file)?;
        let wanted = position.line as usize;
        let text = self.line(position)?;
        let from = wanted.saturating_sub(AROUND).max(1);
        let lines = file.content.lines().enumerate().skip(from - 1).take(wanted + AROUND + 1 - from);
        // The column counts bytes; tabs stay tabs, so that the caret stands under its place at any tab width.
        let caret = (position.column > 0)
            .then(|| text.get(..position.column as usize - 1))
            .flatten()
            .map(|before| before.chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect());
        Some(Excerpt {
            place: self.place(position),
            lines: lines.map(|(i, t)| line(i, t, i + 1 == wanted)).collect(),
            column: position.column,
            caret,
        })
    }

    /// A stack for drawing.
    pub(crate) fn stack(&self, frames: &[Frame]) -> Vec<FrameView> {
        frames.iter().map(|f| self.frame(f)).collect()
    }

    /// One frame for drawing.
    pub(crate) fn frame(&self, frame: &Frame) -> FrameView {
        FrameView {
            function: Shown::new(&frame.function),
            place: self.place(&frame.position),
            own: frame.own,
        }
    }

    /// All files, whole.
    pub(crate) fn listings(&self) -> Vec<Listing> {
        let whole = |content: &str| content.lines().enumerate().map(|(i, t)| line(i, t, false)).collect();
        self.files
            .iter()
            .map(|f| Listing { path: f.path.as_str().to_owned(), lines: whole(&f.content) })
            .collect()
    }
}

/// The frame to look at: the innermost one in the candidate's files, else the innermost.
pub(crate) fn telling(stack: &[Frame]) -> Option<&Frame> {
    stack.iter().find(|f| f.own).or(stack.first())
}

fn line(index: usize, text: &str, marked: bool) -> Line {
    Line { number: index + 1, text: Shown::new(text), marked }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(content: &str, check: impl Fn(&Sources)) {
        let files = [SourceFile { path: "pool.go".parse().unwrap(), content: content.into() }];
        check(&Sources { id: SubmissionId::generate(), files: &files });
    }

    fn at(line: u32, column: u32) -> Position {
        Position { file: "pool.go".into(), line, column }
    }

    #[test]
    fn an_excerpt_stays_inside_of_the_file() {
        sources("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n", |s| {
            let numbers = |line| {
                let e = s.excerpt(&at(line, 0)).unwrap();
                (e.lines[0].number, e.lines.last().unwrap().number, e.lines.iter().position(|l| l.marked))
            };
            assert_eq!(numbers(1), (1, 5, Some(0)));
            assert_eq!(numbers(6), (2, 10, Some(4)));
            assert_eq!(numbers(12), (8, 12, Some(4)));
            assert!(s.excerpt(&at(0, 0)).is_none() && s.excerpt(&at(13, 0)).is_none());
        });
    }

    #[test]
    fn the_caret_stands_under_its_column_and_never_inside_of_a_letter() {
        sources("\tx := ü + y\n", |s| {
            assert_eq!(s.excerpt(&at(1, 2)).unwrap().caret.unwrap(), "\t");
            assert_eq!(s.excerpt(&at(1, 9)).unwrap().caret.unwrap(), "\t      ");
            assert_eq!(s.excerpt(&at(1, 8)).unwrap().caret, None);
            assert_eq!(s.excerpt(&at(1, 99)).unwrap().caret, None);
        });
    }

    #[test]
    fn only_own_files_are_linked() {
        sources("package pool\n", |s| {
            assert!(s.place(&at(1, 0)).href.unwrap().ends_with("#pool.go-L1"));
            let other = Position { file: "proc\u{202e}.go".into(), line: 1, column: 0 };
            assert_eq!(s.place(&other).href, None);
            assert_eq!(s.place(&other).file.as_str(), "proc⟨U+202E⟩.go");
        });
    }
}
