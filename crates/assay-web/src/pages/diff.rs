//! Got against want: equal runs fold, and inside of changed lines the words that differ are marked.

use similar::{ChangeTag, DiffOp, TextDiff};

use super::shown::Shown;

/// Equal lines kept beside a change.
const CONTEXT: usize = 2;

/// A run of text, and whether the other side lacks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: Shown,
    pub(crate) differs: bool,
}

/// One row: expected left, got right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Row {
    /// The same on both sides.
    Same(Shown),
    /// So many equal lines are left out.
    Folded(usize),
    /// A changed line; a side is empty where the other has a line more.
    Changed { want: Vec<Piece>, got: Vec<Piece> },
}

/// The rows of a diff.
pub(crate) fn rows(want: &str, got: &str) -> Vec<Row> {
    // Controls are made visible first, so that a difference in them is a difference in what is read.
    let (want, got) = (Shown::new(want), Shown::new(got));
    let want: Vec<&str> = want.as_str().lines().collect();
    let got: Vec<&str> = got.as_str().lines().collect();
    let diff = TextDiff::from_slices(&want, &got);
    let ops = diff.ops();
    let mut out = Vec::new();
    for (i, op) in ops.iter().enumerate() {
        if let DiffOp::Equal { old_index, len, .. } = *op {
            let head = if i == 0 { 0 } else { CONTEXT };
            let tail = if i + 1 == ops.len() { 0 } else { CONTEXT };
            let lines = &want[old_index..old_index + len];
            let same = |l: &[&str]| l.iter().map(|l| Row::Same(Shown::new(l))).collect::<Vec<_>>();
            if len > head + tail + 1 {
                out.extend(same(&lines[..head]));
                out.push(Row::Folded(len - head - tail));
                out.extend(same(&lines[len - tail..]));
            } else {
                out.extend(same(lines));
            }
        } else {
            let (old, new) = (&want[op.old_range()], &got[op.new_range()]);
            for n in 0..old.len().max(new.len()) {
                let (want, got) = words(old.get(n).copied(), new.get(n).copied());
                out.push(Row::Changed { want, got });
            }
        }
    }
    out
}

fn words(want: Option<&str>, got: Option<&str>) -> (Vec<Piece>, Vec<Piece>) {
    let (Some(want), Some(got)) = (want, got) else {
        let whole =
            |t: Option<&str>| t.map(|t| Piece { text: Shown::new(t), differs: true }).into_iter().collect();
        return (whole(want), whole(got));
    };
    let diff = TextDiff::from_words(want, got);
    let side = |absent: ChangeTag| {
        let mut pieces: Vec<(String, bool)> = Vec::new();
        for change in diff.iter_all_changes().filter(|c| c.tag() != absent) {
            let differs = change.tag() != ChangeTag::Equal;
            match pieces.last_mut() {
                Some((text, d)) if *d == differs => text.push_str(change.value()),
                _ => pieces.push((change.value().to_owned(), differs)),
            }
        }
        pieces.into_iter().map(|(t, differs)| Piece { text: Shown::new(&t), differs }).collect()
    };
    (side(ChangeTag::Insert), side(ChangeTag::Delete))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(rows: &[Row]) -> Vec<String> {
        let side = |p: &[Piece]| {
            p.iter()
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
        assert_eq!(text(&rows("a", "a\u{200b}")), ["[a] | [a⟨U+200B⟩]"]);
    }
}
