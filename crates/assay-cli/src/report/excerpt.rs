use std::fmt::Write as _;

use crate::text::{BAD, DIM, inert, paint};

/// A source that excerpts are cut from: what the candidate handed in, or a test that they can read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    /// Flat name.
    pub(crate) name: &'a str,
    /// The text.
    pub(crate) content: &'a str,
}

/// Columns of code that are shown of a line.
const COLUMNS: usize = 88;

/// The lines around `line` of `file`, the line itself marked and followed by `note`; nothing when there is no such line.
pub(crate) fn excerpt(
    sources: &[Source<'_>],
    file: &str,
    line: u32,
    around: u32,
    note: &str,
) -> Option<String> {
    let source = sources.iter().find(|s| s.name == file)?;
    let lines: Vec<&str> = source.content.lines().collect();
    let at = (line as usize).checked_sub(1).filter(|&i| i < lines.len())?;
    let first = at.saturating_sub(around as usize);
    let last = (at + around as usize).min(lines.len() - 1);
    let width = (last + 1).to_string().len().max(3);
    let mut out = format!("  {}\n", paint(DIM, &format!("{file}:{line}")));
    for (i, text) in lines.iter().enumerate().take(last + 1).skip(first) {
        let number = format!("{:>width$}", i + 1);
        let code = shown(text);
        if i == at {
            let note =
                if note.is_empty() { String::new() } else { paint(DIM, &format!("   ← {}", inert(note))) };
            let _ = writeln!(out, "  {} {code}{note}", paint(BAD, &format!("▸ {number} │")));
        } else if code.is_empty() {
            let _ = writeln!(out, "    {}", paint(DIM, &format!("{number} │")));
        } else {
            let _ = writeln!(out, "    {} {code}", paint(DIM, &format!("{number} │")));
        }
    }
    Some(out)
}

/// A line of code fit for a terminal: tabs as four columns, cut where it gets long.
fn shown(line: &str) -> String {
    let line = inert(&line.trim_end().replace('\t', "    ")).replace('\n', " ");
    match line.char_indices().nth(COLUMNS) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}
