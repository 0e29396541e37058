use std::fmt::Write as _;

use anstyle::{Ansi256Color, AnsiColor, Style};
use assay_core::Verdict;

/// A text from a candidate or a file, made fit for a terminal: controls, escapes and marks that turn the reading direction
/// or hide are written out; line ends and tabs stay.
pub(crate) fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            _ if c.is_control() || is_invisible(c) => out.extend(c.escape_unicode()),
            _ => out.push(c),
        }
    }
    out
}

/// JSON that is as inert as [`inert`] makes a text and still means the same: what is outside ASCII's visible part can only
/// stand inside a string, where an escape says it too.
pub(crate) fn inert_json(value: &impl serde::Serialize) -> String {
    let json = serde_json::to_string_pretty(value).unwrap_or_else(|e| format!("\"{e}\""));
    let mut out = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        if c != '\n' && (c.is_control() || is_invisible(c)) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out.push('\n');
    out
}

/// Format characters that change what a reader sees (Unicode's bidi controls, zero-width marks, tags).
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` in `style`.
pub(crate) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// For what matters less.
pub(crate) const DIM: Style = Style::new().dimmed();
/// For what matters more.
pub(crate) const BOLD: Style = Style::new().bold();
/// For the marked line of an excerpt, and for what was got.
pub(crate) const BAD: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
/// For what is in order, and for what was wanted.
pub(crate) const GOOD: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));

/// The colour that goes with a verdict's mark; the word and the shape say the same without it.
pub(crate) fn verdict_style(verdict: Verdict) -> Style {
    let colour = match verdict {
        Verdict::Accepted => AnsiColor::Green,
        Verdict::Failed | Verdict::Panic | Verdict::Rejected | Verdict::CompileError | Verdict::Tampered => {
            AnsiColor::Red
        }
        Verdict::DataRace => AnsiColor::Yellow,
        Verdict::Deadlock => AnsiColor::Magenta,
        Verdict::Leak => AnsiColor::Cyan,
        Verdict::Flaky => AnsiColor::Blue,
        Verdict::TimeLimit | Verdict::MemoryLimit | Verdict::OutputLimit | Verdict::Budget => {
            return Style::new().fg_color(Some(Ansi256Color(208).into())).bold();
        }
    };
    Style::new().fg_color(Some(colour.into())).bold()
}

/// `1 test`, `2 tests`.
pub(crate) fn count(n: usize, thing: &str) -> String {
    if n == 1 { format!("1 {thing}") } else { format!("{n} {thing}s") }
}

/// `840 ms`, `2.4 s`.
pub(crate) fn millis(ms: u64) -> String {
    if ms < 1000 { format!("{ms} ms") } else { format!("{}.{} s", ms / 1000, ms % 1000 / 100) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_moves_the_terminal() {
        let nasty = "a\u{1b}]8;;x\u{7}\u{9b}31m\tb\u{202e}c\u{e0041}\r\nd\u{200b}é ⇄";
        assert_eq!(inert(nasty), "a\\u{1b}]8;;x\\u{7}\\u{9b}31m\tb\\u{202e}c\\u{e0041}\\u{d}\nd\\u{200b}é ⇄");
        let json = inert_json(&nasty);
        assert!(json.trim_end().chars().all(|c| !c.is_control() && !is_invisible(c)), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), nasty);
    }

    #[test]
    fn figures_read_well() {
        assert_eq!([millis(0), millis(999), millis(2449)], ["0 ms", "999 ms", "2.4 s"]);
        assert_eq!([count(1, "test"), count(0, "test")], ["1 test", "0 tests"]);
    }
}
