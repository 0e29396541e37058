use std::fmt::Write as _;

use assay_core::{Frame, Goroutine};

use crate::text::{DIM, inert, paint};

/// Rows of the table that are shown.
const ROWS: usize = 8;

/// Lines about who could wake them.
const WAKERS: usize = 4;

/// The goroutines as a small table; those that wait alike share a row.
pub(crate) fn table(goroutines: &[Goroutine]) -> String {
    let mut rows: Vec<(Vec<u64>, [String; 3])> = Vec::new();
    for goroutine in goroutines {
        let cells = cells(goroutine);
        match rows.iter_mut().find(|(_, c)| *c == cells) {
            Some((ids, _)) => ids.push(goroutine.id),
            None => rows.push((vec![goroutine.id], cells)),
        }
    }
    let mut lines: Vec<[String; 4]> =
        vec![["goroutine".into(), "waits on".into(), "at".into(), "created".into()]];
    for (ids, [waits, at, created]) in rows.iter().take(ROWS) {
        lines.push([names(ids), waits.clone(), at.clone(), created.clone()]);
    }
    let width = |column: usize| lines.iter().map(|l| l[column].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    let mut out = String::new();
    for (i, [ids, waits, at, created]) in lines.iter().enumerate() {
        let [a, b, c] = widths;
        let line = format!("  {ids:<a$}  {waits:<b$}  {at:<c$}  {created}");
        let line = line.trim_end();
        let _ = writeln!(out, "{}", if i == 0 { paint(DIM, line) } else { line.to_owned() });
    }
    if rows.len() > ROWS {
        let _ = writeln!(out, "  … and {} more in --json", rows.len() - ROWS);
    }
    out
}

/// Who could wake whom: one line for each operation that would, with who is on the way there.
pub(crate) fn wakers(goroutines: &[Goroutine]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (id, waker) in goroutines.iter().flat_map(|g| g.woken_by.iter().map(|w| (g.id, w))) {
        let at = format!("{}:{}", waker.position.file, waker.position.line);
        let operation = one_line(&waker.operation);
        let line = format!("  could be woken by {operation} at {at}: {}", waker.on_the_way(id));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.truncate(WAKERS);
    lines.iter().fold(String::new(), |out, line| out + &paint(DIM, &inert(line)) + "\n")
}

/// What it waits on, where in the candidate's code, and where it was created.
fn cells(goroutine: &Goroutine) -> [String; 3] {
    let waits = &goroutine.waits_on;
    let waits = match waits.operations.as_slice() {
        [] => waits.state.clone(),
        operations => format!("{}: {}", waits.state, operations.join(" | ")),
    };
    let at =
        goroutine.stack.iter().find(|f| f.own).or(goroutine.stack.first()).map(place).unwrap_or_default();
    let created = goroutine.created.as_ref().map_or_else(|| "main".to_owned(), place);
    [waits, at, created].map(|cell| one_line(&cell))
}

/// `pool.go:88 (*Pool).Submit`
pub(crate) fn place(frame: &Frame) -> String {
    let function = frame.function.rsplit('/').next().unwrap_or_default();
    let function = function.split_once('.').map_or(function, |(_, f)| f);
    format!("{}:{} {function}", frame.position.file, frame.position.line)
}

fn names(ids: &[u64]) -> String {
    let first: Vec<String> = ids.iter().take(3).map(u64::to_string).collect();
    match ids.len() {
        0..=3 => first.join(", "),
        n => format!("{}, … ({n})", first.join(", ")),
    }
}

/// At most 60 characters of one line.
fn one_line(text: &str) -> String {
    let text = inert(text).replace(['\n', '\t'], " ");
    match text.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}
