//! Rows for people and for programs.

use std::fmt::Write as _;

use assay_core::Verdict;
use serde::Serialize;

use super::Row;
use crate::text::{BAD, BOLD, DIM, GOOD, inert, inert_json, millis, paint};

/// Every row, and the sums.
#[derive(Serialize)]
struct Answer<'a> {
    corpus: &'a str,
    cases: &'a [Row],
    sums: Vec<Sum>,
}

/// The cases whose label begins with the same word.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Sum {
    label: String,
    cases: usize,
    found: usize,
    right: usize,
    bare_found: usize,
}

pub(super) fn json(corpus: &str, rows: &[Row]) -> String {
    inert_json(&Answer { corpus, cases: rows, sums: sums(rows) })
}

pub(super) fn human(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let _ = writeln!(text, "{}", line(row));
    }
    let bare = rows.iter().any(|row| row.bare.is_some());
    for sum in sums(rows) {
        let Sum { label, cases, found, right, bare_found } = sum;
        let _ = write!(text, "{}: {found} of {cases} found, {right} right", paint(BOLD, &label));
        let _ = if bare { writeln!(text, "; bare go test -race: {bare_found}") } else { writeln!(text) };
    }
    text
}

pub(super) fn line(row: &Row) -> String {
    let (style, mark) = if row.right { (GOOD, '●') } else { (BAD, '✕') };
    let verdict = row.verdict.map_or("-", Verdict::name);
    let pass = row.pass.as_deref().unwrap_or("-");
    let bare = row.bare.as_ref().map(|b| format!(" · bare {} {}", b.said, millis(b.ms))).unwrap_or_default();
    let facts = format!("{} · {pass} · {}{bare}", inert(&row.label), millis(row.ms));
    let mut line = format!(
        "{} {:<28} {verdict:<11} {}",
        paint(style, &mark.to_string()),
        inert(&row.name),
        paint(DIM, &facts)
    );
    if !row.right {
        let _ = write!(line, "\n    {}", inert(&row.summary).replace('\n', " "));
    }
    line
}

fn sums(rows: &[Row]) -> Vec<Sum> {
    let mut all: Vec<Sum> = vec![];
    for row in rows {
        let label = row.label.split(" · ").next().unwrap_or_default();
        let at = all.iter().position(|sum| sum.label == label).unwrap_or_else(|| {
            all.push(Sum { label: label.to_owned(), ..Sum::default() });
            all.len() - 1
        });
        let sum = &mut all[at];
        sum.cases += 1;
        sum.found += usize::from(row.found);
        sum.right += usize::from(row.right);
        sum.bare_found += usize::from(row.bare.as_ref().is_some_and(|bare| bare.found));
    }
    all
}
