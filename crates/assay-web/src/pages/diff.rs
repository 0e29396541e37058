//! Two texts beside each other: equal runs fold, and inside of changed lines the words that differ are marked. For what was
//! expected and what came, and for the files of two attempts.

use std::time::{Duration, Instant};

use similar::{ChangeTag, DiffOp, TextDiff};

use super::shown::Shown;

/// Equal lines kept beside a change.
const CONTEXT: usize = 2;

/// Of longer pairs of lines (both together, bytes) only the ends are compared: a file can be one line, and marking each word of it
/// would help nobody.
const LONG: usize = 8 << 10;

/// Lines with less than this share in common are two different lines, marked whole.
const ALIKE: f32 = 0.3;

/// A run of text, and whether the other side lacks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: Shown,
    pub(crate) differs: bool,
}

/// One row: expected or before left, got or after right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Row {
    /// The same on both sides.
    Same(Shown),
    /// So many equal lines are left out.
    Folded(usize),
    /// A changed line; none on a side where the other has a line more.
    Changed { want: Option<Vec<Piece>>, got: Option<Vec<Piece>> },
}

/// What a diff may cost, and whether it folds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Care {
    /// From then on it is only roughly right: what is left counts as changed as a whole.
    until: Instant,
    /// Whether long runs of equal lines are left out.
    folds: bool,
}

impl Care {
    /// Half a second for all diffs of a page, which honest code comes nowhere near: ten thousand lines take milliseconds.
    pub(crate) fn folding(folds: bool) -> Care {
        Care { until: Instant::now() + Duration::from_millis(500), folds }
    }

    /// The moment.
    pub(crate) fn until(self) -> Instant {
        self.until
    }
}

/// The rows of a diff.
pub(crate) fn rows(want: &str, got: &str, care: Care) -> Vec<Row> {
    // Controls are made visible first, so that a difference in them is a difference in what is read.
    let (want, got) = (Shown::new(want), Shown::new(got));
    let want: Vec<&str> = want.as_str().lines().collect();
    let got: Vec<&str> = got.as_str().lines().collect();
    let diff = TextDiff::configure().deadline(care.until).diff_slices(&want, &got);
    let ops = diff.ops();
    let mut out = Vec::new();
    for (i, op) in ops.iter().enumerate() {
        if let DiffOp::Equal { old_index, len, .. } = *op {
            let head = if i == 0 { 0 } else { CONTEXT };
            let tail = if i + 1 == ops.len() { 0 } else { CONTEXT };
            let lines = &want[old_index..old_index + len];
            let same = |l: &[&str]| l.iter().map(|l| Row::Same(Shown::new(l))).collect::<Vec<_>>();
            if care.folds && len > head + tail + 1 {
                out.extend(same(&lines[..head]));
                out.push(Row::Folded(len - head - tail));
                out.extend(same(&lines[len - tail..]));
            } else {
                out.extend(same(lines));
            }
        } else {
            let (old, new) = (&want[op.old_range()], &got[op.new_range()]);
            for n in 0..old.len().max(new.len()) {
                out.push(match (old.get(n), new.get(n)) {
                    (Some(want), Some(got)) => {
                        let (want, got) = words(want, got, care.until);
                        Row::Changed { want: Some(want), got: Some(got) }
                    }
                    (want, got) => Row::Changed { want: want.map(|l| whole(l)), got: got.map(|l| whole(l)) },
                });
            }
        }
    }
    out
}

/// The words of two lines, and whether the other has them.
fn words(want: &str, got: &str, until: Instant) -> (Vec<Piece>, Vec<Piece>) {
    if want.len() + got.len() > LONG {
        return ends(want, got);
    }
    let (old, new) = (tokens(want), tokens(got));
    let diff = TextDiff::configure().deadline(until).diff_slices(&old, &new);
    let side = |absent: ChangeTag| {
        let changes = diff.iter_all_changes().filter(|c| c.tag() != absent);
        joined(changes.map(|c| (c.value(), c.tag() != ChangeTag::Equal)))
    };
    let sides = (side(ChangeTag::Insert), side(ChangeTag::Delete));
    if share_equal(&sides.0, want).max(share_equal(&sides.1, got)) < ALIKE {
        return (whole(want), whole(got));
    }
    sides
}

/// Words, runs of blanks, and every other sign by itself: `p.closed` is three, so that `p.closed.Load()` only adds.
fn tokens(line: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 0,
        c if c.is_whitespace() => 1,
        _ => 2,
    };
    let mut out = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, c) in line.char_indices() {
        if at > 0 && (last != Some(kind(c)) || kind(c) == 2) {
            out.push(&line[start..at]);
            start = at;
        }
        last = Some(kind(c));
    }
    if start < line.len() {
        out.push(&line[start..]);
    }
    out
}

/// Tokens as pieces. A blank between two that differ is marked with them.
fn joined<'a>(tokens: impl Iterator<Item = (&'a str, bool)>) -> Vec<Piece> {
    let mut pieces: Vec<(String, bool)> = Vec::new();
    for (token, differs) in tokens {
        match pieces.as_mut_slice() {
            [.., (text, d)] if *d == differs => text.push_str(token),
            [.., (before, true), (blank, false)] if differs && blank.trim().is_empty() => {
                before.push_str(blank);
                before.push_str(token);
                pieces.pop();
            }
            _ => pieces.push((token.to_owned(), differs)),
        }
    }
    pieces.into_iter().map(|(text, differs)| piece(&text, differs)).collect()
}

/// How much of a line, blanks aside, the other side has as well.
fn share_equal(pieces: &[Piece], line: &str) -> f32 {
    let signs = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count() as f32;
    let equal: f32 = pieces.iter().filter(|p| !p.differs).map(|p| signs(p.text.as_str())).sum();
    equal / signs(line).max(1.0)
}

fn piece(text: &str, differs: bool) -> Piece {
    Piece { text: Shown::new(text), differs }
}

/// A line that the other side does not have at all; how far it is indented is not marked.
fn whole(text: &str) -> Vec<Piece> {
    let code = text.trim_start();
    let (blank, code) = text.split_at(if code.is_empty() { 0 } else { text.len() - code.len() });
    let pieces = [(blank, false), (code, true)];
    pieces.into_iter().filter(|(t, _)| !t.is_empty()).map(|(t, differs)| piece(t, differs)).collect()
}

/// What two long lines have in common at their ends, and the rest.
fn ends(want: &str, got: &str) -> (Vec<Piece>, Vec<Piece>) {
    let same = |(a, b): &(char, char)| a == b;
    let head: usize = want.chars().zip(got.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (a, b) = (&want[head..], &got[head..]);
    let tail: usize = a.chars().rev().zip(b.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let side = |text: &str| {
        let middle = text.len() - tail;
        let pieces = [(&text[..head], false), (&text[head..middle], true), (&text[middle..], false)];
        pieces.into_iter().filter(|(t, _)| !t.is_empty()).map(|(t, differs)| piece(t, differs)).collect()
    };
    (side(want), side(got))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(want: &str, got: &str) -> Vec<Row> {
        super::rows(want, got, Care::folding(true))
    }

    fn text(rows: &[Row]) -> Vec<String> {
        let side = |p: &Option<Vec<Piece>>| {
            p.iter()
                .flatten()
                .map(|p| if p.differs { format!("[{}]", p.text) } else { p.text.to_string() })
                .collect::<String>()
        };
        rows.iter()
            .map(|r| match r {
                Row::Same(t) => format!("= {t}"),
                Row::Folded(n) => format!("… {n}"),
                Row::Changed { want, got } => format!("{} | {}", side(want), side(got)),
            })
            .collect()
    }

    #[test]
    fn words_inside_of_a_line() {
        assert_eq!(text(&rows("10 tasks done", "7 tasks done")), ["[10] tasks done | [7] tasks done"]);
    }

    #[test]
    fn long_equal_runs_fold() {
        let want = "a\nb\nc\nd\ne\nf\ng";
        assert_eq!(text(&rows(want, &format!("{want}x"))), ["… 4", "= e", "= f", "[g] | [gx]"]);
    }

    #[test]
    fn a_line_more_has_no_other_side() {
        assert_eq!(text(&rows("a", "a\nb")), ["= a", " | [b]"]);
        assert_eq!(text(&rows("x", "")), ["[x] | "]);
    }

    #[test]
    fn a_hidden_difference_is_seen() {
        assert_eq!(text(&rows("a", "a\u{200b}")), ["a | a[⟨U+200B⟩]"]);
    }

    #[test]
    fn lines_without_much_in_common_are_marked_whole() {
        assert_eq!(
            text(&rows("return nil, err", "defer close(done)")),
            ["[return nil, err] | [defer close(done)]"]
        );
    }

    #[test]
    fn what_is_added_inside_of_an_expression_is_marked_alone() {
        assert_eq!(
            text(&rows("if p.closed {", "if !p.closed.Load() && ok {")),
            ["if p.closed { | if [!]p.closed[.Load() && ok] {"]
        );
    }

    #[test]
    fn of_a_file_in_one_line_the_ends_are_compared() {
        let (head, tail) = ("x ".repeat(LONG), "ü ".repeat(LONG));
        let got = rows(&format!("{head}a{tail}"), &format!("{head}bc{tail}"));
        assert_eq!(text(&got), [format!("{head}[a]{tail} | {head}[bc]{tail}")]);
    }

    #[test]
    fn no_time_is_no_reason_to_lose_a_line() {
        let lines = |step: usize| (0..20_000).map(|n| format!("{}\n", n * step % 977)).collect::<String>();
        let (want, got) = (lines(3), lines(5));
        let rows = super::rows(&want, &got, Care { until: Instant::now(), folds: true });
        assert_eq!(sides(&rows, &want, &got), (want.clone(), got.clone()));
    }

    /// Both sides put together again; what is folded comes from the left one, as it is equal.
    fn sides(rows: &[Row], want: &str, got: &str) -> (String, String) {
        let (want, got) = (Shown::new(want), Shown::new(got));
        let mut left = want.as_str().lines();
        let mut right = got.as_str().lines();
        let (mut old, mut new) = (String::new(), String::new());
        let joined = |pieces: &[Piece]| pieces.iter().map(|p| p.text.as_str()).collect::<String>();
        for row in rows {
            match row {
                Row::Same(t) => {
                    old.extend([t.as_str(), "\n"]);
                    new.extend([t.as_str(), "\n"]);
                    left.next();
                    right.next();
                }
                Row::Folded(n) => {
                    for _ in 0..*n {
                        let (l, r) = (left.next().expect("a line"), right.next().expect("a line"));
                        assert_eq!(l, r, "only what is equal folds");
                        old.extend([l, "\n"]);
                        new.extend([r, "\n"]);
                    }
                }
                Row::Changed { want, got } => {
                    for (side, next, all) in [(want, &mut left, &mut old), (got, &mut right, &mut new)] {
                        if let Some(pieces) = side {
                            assert_eq!(next.next(), Some(joined(pieces).as_str()));
                            all.extend([joined(pieces).as_str(), "\n"]);
                        }
                    }
                }
            }
        }
        assert_eq!((left.next(), right.next()), (None, None), "nothing is left");
        (old, new)
    }

    fn text_of_lines() -> impl proptest::strategy::Strategy<Value = String> {
        proptest::collection::vec("(a|b|c|[a-c ]{0,6}|\\PC{0,4}|[\u{0}-\u{20}\u{202e}]{0,2})", 0..24)
            .prop_map(|lines| lines.join("\n"))
    }

    proptest! {
        #[test]
        fn no_line_is_ever_lost(want in text_of_lines(), got in text_of_lines(), folds: bool) {
            let rows = super::rows(&want, &got, Care::folding(folds));
            let lines = |t: &str| Shown::new(t).as_str().lines().map(|l| format!("{l}\n")).collect::<String>();
            prop_assert_eq!(sides(&rows, &want, &got), (lines(&want), lines(&got)));
        }
    }
}
